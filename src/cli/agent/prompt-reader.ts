import { createInterface, type Interface } from "node:readline";
import type { WriteStream } from "node:tty";
import type { RawTerminal } from "./raw-terminal.ts";

/** Action of a person at the prompt. */
type PromptInput =
  | { readonly kind: "text"; readonly text: string }
  /** Ctrl-C; `wasEmpty` when nothing had been typed. */
  | { readonly kind: "interrupt"; readonly wasEmpty: boolean }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: "end" };

/** The prompt, and what stands before further lines of the same request. */
interface PromptText {
  readonly first: string;
  readonly next: string;
}

const PASTE_ON = "\u001B[?2004h";
const PASTE_OFF = "\u001B[?2004l";
const HISTORY = 200;

/**
 * Reads requests from a person, with line editing and a history.
 *
 * Pasted text stays one request however many lines it has, and so does a line that ends with a backslash.
 */
export class PromptReader {
  readonly #terminal: RawTerminal;
  readonly #output: WriteStream;
  #history: string[] = [];
  /** Lines that came in one go with a request that was read, and what had been typed of a further one. */
  #early: string[] = [];
  #begun = "";

  constructor(terminal: RawTerminal, output: WriteStream) {
    this.#terminal = terminal;
    this.#output = output;
  }

  /** Reads one request. */
  async read(prompt: PromptText, signal: AbortSignal): Promise<PromptInput> {
    const request = new RequestLines();
    for (let line = this.#early.shift(); line !== undefined; line = this.#early.shift()) {
      this.#output.write(`${request.isEmpty ? prompt.first : prompt.next}${line}\n`);
      if (request.add(line)) return { kind: "text", text: request.text };
    }
    const reader = createInterface({
      input: this.#terminal.input,
      output: this.#output,
      terminal: true,
      prompt: request.isEmpty ? prompt.first : prompt.next,
      history: [...this.#history],
      historySize: HISTORY,
      removeHistoryDuplicates: true,
    });
    reader.on("history", (kept) => {
      this.#history = [...kept];
    });
    this.#output.write(PASTE_ON);
    reader.prompt();
    reader.write(this.#begun);
    try {
      const input = await this.#nextInput(reader, { request, next: prompt.next, signal });
      this.#begun = input.kind === "text" ? reader.line : "";
      return input;
    } finally {
      reader.close();
      this.#output.write(PASTE_OFF);
    }
  }

  #nextInput(
    reader: Interface,
    { request, next, signal }: { readonly request: RequestLines; readonly next: string; readonly signal: AbortSignal },
  ): Promise<PromptInput> {
    let isPasting = false;
    let isSettled = false;
    // Comes before the reader's own listener, which takes the line ends within a paste for the end of the request.
    const watchPaste = (_text: unknown, key: { readonly name?: string } | undefined): void => {
      if (key?.name === "paste-start") isPasting = true;
      else if (key?.name === "paste-end") isPasting = false;
    };
    const { input } = this.#terminal;
    input.prependListener("keypress", watchPaste);
    return new Promise<PromptInput>((resolve) => {
      const end = (): void => settle({ kind: "end" });
      const settle = (given: PromptInput): void => {
        isSettled = true;
        input.off("keypress", watchPaste);
        signal.removeEventListener("abort", end);
        resolve(given);
      };
      reader.on("line", (line) => {
        if (isSettled) {
          this.#early.push(line);
          return;
        }
        if (request.add(line, isPasting)) {
          settle({ kind: "text", text: request.text });
          return;
        }
        reader.setPrompt(next);
        reader.prompt();
      });
      reader.on("SIGINT", () => settle({ kind: "interrupt", wasEmpty: request.isEmpty && reader.line === "" }));
      reader.on("SIGTSTP", () => this.#suspend(reader));
      reader.on("close", end);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
    });
  }

  /** The shell may have its own way with pastes. */
  #suspend(reader: Interface): void {
    this.#output.write(PASTE_OFF);
    this.#terminal.suspend(() => {
      this.#output.write(PASTE_ON);
      reader.prompt(true);
    });
  }
}

/** The lines of one request, as they come. */
class RequestLines {
  readonly #lines: string[] = [];

  get isEmpty(): boolean {
    return this.#lines.length === 0;
  }

  get text(): string {
    return this.#lines.join("\n");
  }

  /** Adds a line; true when it is the last one. */
  add(line: string, isPasting = false): boolean {
    const goesOn = !isPasting && line.endsWith("\\");
    this.#lines.push(goesOn ? line.slice(0, -1) : line);
    return !isPasting && !goesOn;
  }
}
