import { spawn } from "@lydell/node-pty";
import { CLI } from "../../__fixtures__/run-cli.ts";
import { ScreenModel } from "./screen-model.ts";

export interface TerminalOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly columns?: number;
  /** @default "agent" */
  readonly command?: string;
  readonly args?: readonly string[];
  /** Starts it from a shell, which stays. @default false */
  readonly inShell?: boolean;
}

/** Sequences that set colours and weights. */
export const COLOURS: RegExp = /\u001B\[[\d;]*m/g;

const PATIENCE_MS = 12_000;

/** A person at a terminal with `codemode agent` in it. */
export class AgentTerminal implements AsyncDisposable {
  readonly screen: ScreenModel;
  /** Everything that came, as it came. */
  output = "";
  /** Resolves with the exit code. */
  readonly exited: Promise<number>;
  readonly #pty: ReturnType<typeof spawn>;
  readonly #watchers = new Set<() => void>();
  readonly #isShell: boolean;
  #isOver = false;

  constructor({ cwd, env, columns = 100, command = "agent", args = [], inShell = false }: TerminalOptions) {
    this.screen = new ScreenModel(columns);
    this.#isShell = inShell;
    const { CI: _, FORCE_COLOR: __, ...environment } = process.env;
    const [program, words] = inShell ? ["/bin/sh", ["-i"]] : [process.execPath, [CLI, command, ...args]];
    this.#pty = spawn(program, words, {
      name: "xterm-256color",
      cols: columns,
      rows: 40,
      cwd,
      env: { ...environment, TERM: "xterm-256color", PS1: "shell> ", ENV: "", ...env },
    });
    if (inShell) this.type(`'${process.execPath}' '${CLI}' agent\r`);
    this.#pty.onData((data) => {
      this.output += data;
      this.screen.write(data);
      for (const watcher of this.#watchers) watcher();
    });
    this.exited = new Promise((resolve) => {
      this.#pty.onExit(({ exitCode }) => {
        this.#isOver = true;
        resolve(exitCode);
      });
    });
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  /** Types a request and waits for the line that says what its answer took. */
  async ask(request: string): Promise<string> {
    return this.after(() => this.type(`${request}\r`), / tokens · (?:cost [^·]*|\$[\d.]+) · [\d.]+ m?s/);
  }

  /** Performs an action and waits for output after it; returns the match. */
  async after(act: () => void, pattern: RegExp): Promise<string> {
    const from = this.output.length;
    act();
    return this.#waitFor(() => pattern.exec(this.output.slice(from).replaceAll(COLOURS, ""))?.[0], String(pattern));
  }

  /** Waits until the person sees it. */
  async sees(pattern: RegExp): Promise<string> {
    return this.#waitFor(() => pattern.exec(this.screen.lines().join("\n"))?.[0], String(pattern));
  }

  resize(columns: number): void {
    this.screen.resize(columns);
    this.#pty.resize(columns, 40);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isOver) this.#pty.kill(this.#isShell ? "SIGHUP" : "SIGTERM");
    await this.exited;
  }

  #waitFor(look: () => string | undefined, what: string): Promise<string> {
    return new Promise((resolve, reject) => {
      const watcher = (): void => {
        const found = look();
        if (found === undefined) return;
        stop();
        resolve(found);
      };
      const timer = setTimeout(() => {
        stop();
        reject(new Error(`${what} never came. On the screen:\n${this.screen.lines().join("\n")}`));
      }, PATIENCE_MS);
      const stop = (): void => {
        clearTimeout(timer);
        this.#watchers.delete(watcher);
      };
      this.#watchers.add(watcher);
      watcher();
    });
  }
}
