import type { ReadStream } from "node:tty";

/**
 * Keeps a terminal in raw mode, so that Ctrl-C is always a key to be read and never a signal: neither to this process
 * nor to the servers it has started. Without this a key pressed between two prompts would end the session.
 *
 * Dispose of it to restore the terminal.
 */
export class RawTerminal implements Disposable {
  readonly input: ReadStream;

  constructor(input: ReadStream) {
    this.input = input;
    this.#hold();
  }

  /** Hands the terminal back to the shell until the person brings this process to the foreground again. */
  suspend(onResume: () => void): void {
    this[Symbol.dispose]();
    process.once("SIGCONT", () => {
      this.#hold();
      onResume();
    });
    process.kill(process.pid, "SIGTSTP");
  }

  [Symbol.dispose](): void {
    Reflect.deleteProperty(this.input, "setRawMode");
    this.input.setRawMode(false);
  }

  #hold(): void {
    this.input.setRawMode(true);
    // Line editors switch the mode with each prompt; for as long as this is held they do not.
    Object.defineProperty(this.input, "setRawMode", { value: () => this.input, configurable: true });
  }
}
