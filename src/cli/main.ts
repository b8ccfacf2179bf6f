import { isatty } from "node:tty";
import { CommanderError } from "commander";
import type { CommandContext, CommandPlace, ExitStatus } from "./command-context.ts";
import { createProgram } from "./create-program.ts";
import { ownWords } from "./own-words.ts";
import { reportError } from "./report-error.ts";
import { processTerminal } from "./terminal.ts";
import { toUsageError } from "./usage-report.ts";

const LINGER_MS = 1000;

/** Runs the command line of this process and sets its exit status. Ctrl-C cancels; a second one ends it at once. */
export function runMain(): void {
  const controller = new AbortController();
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", interrupt);
  process.on("SIGTERM", interrupt);
  process.stdout.on("error", leaveWithReader);
  const place = {
    terminal: processTerminal(),
    directory: process.cwd(),
    input: { isTerminal: isatty(0), text: readStandardInput },
  };
  void runLine(process.argv.slice(2), place, controller.signal).then((status) => {
    process.exitCode = status;
    process.off("SIGINT", interrupt);
    process.off("SIGTERM", interrupt);
    // Everything is closed by now; once the reader has all, this bounds what a foreign handle could cost.
    process.stdout.write("", () => setTimeout(() => process.exit(), LINGER_MS).unref());
  });
}

async function readStandardInput(): Promise<string> {
  const { textWithin } = await import("./exec/program-input.ts");
  return textWithin(process.stdin, "The input");
}

/** Runs one command line and returns the exit status. Never rejects: every problem is reported on the terminal. */
async function runLine(argv: readonly string[], place: CommandPlace, signal: AbortSignal): Promise<ExitStatus> {
  const { terminal } = place;
  // Also for a command line that cannot be understood, the answer comes in the form that was asked for.
  const json = ownWords(argv).includes("--json");
  const usageText: string[] = [];
  let status: ExitStatus = 0;
  const context: CommandContext = {
    ...place,
    signal,
    runLine,
    wordsPassedOn: Math.max(0, argv.length - ownWords(argv).length - 1),
    finish: (reached) => {
      status = reached;
    },
  };
  try {
    await createProgram(context, (explained) => usageText.push(explained)).parseAsync([...argv], { from: "user" });
    return status;
  } catch (thrown) {
    if (!(thrown instanceof CommanderError)) return reportError(thrown, terminal, json);
    if (thrown.exitCode === 0) return 0;
    if (thrown.code === "commander.help" && !json) {
      terminal.err.write(usageText.join(""));
      return 2;
    }
    return reportError(toUsageError(thrown, argv), terminal, json);
  }
}

/** A reader that has seen enough, such as `head`, is not a failure. */
function leaveWithReader(error: NodeJS.ErrnoException): void {
  process.exit(error.code === "EPIPE" ? 0 : 1);
}
