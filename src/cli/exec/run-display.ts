import type { Listening } from "../../runs/hooks.ts";
import type { ExecutionResult, ExecutionStatus } from "../../runs/result.ts";
import type { CommandContext, ExitStatus } from "../command-context.ts";
import type { Terminal, TerminalStream } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import { showRun, writeProgramText } from "./show-run.ts";

/** Form in which a run is shown: for people, as one document, or as one JSON line for each event. */
type RunFormat = "people" | "document" | "events";

/** Shows one run during its execution and at its end. */
export interface RunDisplay {
  /** To run the program with. */
  readonly listening: Listening;
  /** Shows the remaining output, and ends the command with the status of the run. */
  readonly finish: (run: ExecutionResult) => void;
}

const STATUS: Readonly<Record<ExecutionStatus, ExitStatus>> = {
  completed: 0,
  running: 0,
  failed: 1,
  cancelled: 1,
  suspended: 3,
};

/**
 * Prepares to show one run.
 *
 * @param code the program as the user wrote it, to show the line of an error
 */
export function createRunDisplay(
  { format, code }: { readonly format: RunFormat; readonly code: string },
  { terminal, finish }: CommandContext,
): RunDisplay {
  const { listening, end } = displays[format](terminal, code);
  return {
    listening,
    finish: (run) => {
      end(run);
      finish(STATUS[run.status]);
    },
  };
}

interface Display {
  readonly listening: Listening;
  readonly end: (run: ExecutionResult) => void;
}

const displays: Readonly<Record<RunFormat, (terminal: Terminal, code: string) => Display>> = {
  people: (terminal, code) => {
    const out = new LiveStream(terminal.out);
    const err = new LiveStream(terminal.err);
    return {
      listening: { hooks: { onOutput: ({ stream, text }) => (stream === "stdout" ? out : err).write(text) } },
      end: (run) => {
        out.endLine();
        err.endLine();
        showRun(run, code, terminal);
      },
    };
  },
  document: (terminal) => ({ listening: {}, end: (run) => writeJson(terminal, toDocument(run)) }),
  events: ({ out }) => ({
    listening: { onEvent: (event) => out.write(`${JSON.stringify(event)}\n`) },
    end: () => {},
  }),
};

/** Output of a program on one stream, as it is printed. */
class LiveStream {
  readonly #stream: TerminalStream;
  #isInLine = false;

  constructor(stream: TerminalStream) {
    this.#stream = stream;
  }

  write(text: string): void {
    writeProgramText(this.#stream, text);
    this.#isInLine = !text.endsWith("\n");
  }

  endLine(): void {
    if (this.#isInLine) this.#stream.write("\n");
  }
}

/** The run as documented; what it handed on with `emit`, and what a preview listed, is added when there is any. */
function toDocument(run: ExecutionResult): Record<string, unknown> {
  const { runId, status, value, stdout, stderr, error, notes, toolCalls, artifacts, pending, durationMs, content } =
    run;
  const preview = run.preview === undefined ? {} : { preview: run.preview };
  const emitted = content.length === 0 ? {} : { content };
  return {
    runId,
    status,
    value,
    stdout,
    stderr,
    error,
    notes,
    toolCalls,
    artifacts,
    pending,
    durationMs,
    ...emitted,
    ...preview,
  };
}
