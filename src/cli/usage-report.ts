import type { CommanderError } from "commander";
import { UsageError } from "./usage-error.ts";

/** Turns what the parser of the command line says into an error with a hint. */
export function toUsageError(error: CommanderError, argv: readonly string[]): UsageError {
  const [, message = error.message, suggestion] =
    /^(?:error: )?([\s\S]*?)\s*(?:\((Did you mean[^)]*)\))?$/.exec(error.message.trim()) ?? [];
  const command = argv.find((word) => !word.startsWith("-"));
  const more =
    error.code === "commander.unknownOption" && /(?:^|\s)skills run\s/.test(`${argv.join(" ")} `)
      ? "Options of a script stand after --, as in codemode skills run NAME -- --option. "
      : "";
  const help = `${more}See codemode ${command === undefined || error.code === "commander.unknownCommand" ? "" : `${command} `}--help.`;
  const text =
    error.code === "commander.help" ? "No command was given." : `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  return new UsageError(
    text.endsWith(".") ? text : `${text}.`,
    suggestion === undefined ? help : `${suggestion.replaceAll("\n", " ")} ${help}`,
  );
}
