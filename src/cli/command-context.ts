import type { Command } from "commander";
import type { Codemode } from "../host/create-codemode.ts";
import type { Terminal } from "./terminal.ts";

/** Exit statuses of the process: done, failed or cancelled, wrong usage or configuration, suspended. */
export type ExitStatus = 0 | 1 | 2 | 3;

/** What is piped or typed into a command. */
interface CommandInput {
  readonly isTerminal: boolean;
  /** Everything until it ends. */
  readonly text: () => Promise<string>;
}

/** Where a command line was typed, and what it can use. */
export interface CommandPlace {
  readonly terminal: Terminal;
  readonly input: CommandInput;
  /** Directory that relative paths start from. */
  readonly directory: string;
  /** Parts that are open already, of the configuration that the command line names; whoever opened them closes them. */
  readonly codemode?: Codemode;
}

/** Services shared by all commands. */
export interface CommandContext extends CommandPlace {
  /** Runs a command line as if it had been typed at another place. Never rejects. */
  readonly runLine: (argv: readonly string[], place: CommandPlace, signal: AbortSignal) => Promise<ExitStatus>;
  /** Aborted by Ctrl-C and by a request to terminate. */
  readonly signal: AbortSignal;
  /** Number of words after `--`. */
  readonly wordsPassedOn: number;
  /** Takes the status of a finished command. */
  readonly finish: (status: ExitStatus) => void;
}

/** Options every command takes. */
export interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

/** Adds the options every command takes, and the examples to its help. */
export function completeCommand(
  command: Command,
  { json, examples }: { json: boolean; examples: readonly string[] },
): Command {
  command.option("--config <file>", "configuration file (default: codemode.json, .codemode.json or .mcp.json here)");
  if (json) command.option("--json", "print one JSON document on stdout and nothing else there");
  command.addHelpText("after", `\nExamples:\n${examples.map((example) => `  $ ${example}`).join("\n")}`);
  return command;
}
