import { createInterface, type Interface } from "node:readline";
import type { ReadStream, WriteStream } from "node:tty";

/** What a person did at the prompt. */
export type PromptInput =
  | { readonly kind: "text"; readonly text: string }
  /** Ctrl-C; `wasEmpty` when nothing had been typed. */
  | { readonly kind: "interrupt"; readonly wasEmpty: boolean }
  /** Ctrl-D, or the terminal is gone. */
  | { readonly kind: "end" };

/** The prompt, and what stands before further lines of the same request. */
export interface PromptText {
  readonly first: string;
  readonly next: string;
}

const PASTE_ON = "\u001B[?2004h";
const PASTE_OFF = "\u001B[?2004l";
const HISTORY = 200;

/**
 * Reads requests from a person, with line editing and a history.
 *
 * What is pasted stays one request however many lines it has, and so does a line that ends with a backslash.
 */
export class PromptReader {
  readonly #input: ReadStream;
  readonly #output: WriteStream;
  #history: string[] = [];

  constructor(input: ReadStream, output: WriteStream) {
    this.#input = input;
    this.#output = output;
  }

  /** Reads one request. When this resolves the terminal is as it was before. */
  async read(prompt: PromptText, signal: AbortSignal): Promise<PromptInput> {
    const reader = createInterface({
      input: this.#input,
      output: this.#output,
      terminal: true,
      prompt: prompt.first,
      history: [...this.#history],
      historySize: HISTORY,
      removeHistoryDuplicates: true,
    });
    reader.on("history", (kept) => {
      this.#history = [...kept];
    });
    this.#output.write(PASTE_ON);
    reader.prompt();
    try {
      return await this.#nextInput(reader, { next: prompt.next, signal });
    } finally {
      reader.close();
      this.#output.write(PASTE_OFF);
    }
  }

  #nextInput(
    reader: Interface,
    { next, signal }: { readonly next: string; readonly signal: AbortSignal },
  ): Promise<PromptInput> {
    const lines: string[] = [];
    let isPasting = false;
    // Comes before the reader's own listener, which takes the line ends within a paste for the end of the request.
    const watchPaste = (_text: unknown, key: { readonly name?: string } | undefined): void => {
      if (key?.name === "paste-start") isPasting = true;
      else if (key?.name === "paste-end") isPasting = false;
    };
    this.#input.prependListener("keypress", watchPaste);
    return new Promise<PromptInput>((resolve) => {
      const end = (): void => settle({ kind: "end" });
      const settle = (input: PromptInput): void => {
        this.#input.off("keypress", watchPaste);
        signal.removeEventListener("abort", end);
        resolve(input);
      };
      reader.on("line", (line) => {
        const goesOn = !isPasting && line.endsWith("\\");
        lines.push(goesOn ? line.slice(0, -1) : line);
        if (!isPasting && !goesOn) {
          settle({ kind: "text", text: lines.join("\n") });
          return;
        }
        reader.setPrompt(next);
        reader.prompt();
      });
      reader.on("SIGINT", () => settle({ kind: "interrupt", wasEmpty: lines.length === 0 && reader.line === "" }));
      reader.on("close", end);
      signal.addEventListener("abort", end, { once: true });
      if (signal.aborted) end();
    });
  }
}
