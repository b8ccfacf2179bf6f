import { statSync } from "node:fs";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { expandHome } from "./expand-home.ts";
import { parseShellWords } from "./shell-words.ts";

/** A program with what it is started with. */
interface SplitCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Variables written before the program, as a shell takes them. */
  readonly env: Readonly<Record<string, string>>;
}

/** A program on a drive, whose folders may have spaces in their names. */
const WINDOWS_PROGRAM = /^[A-Za-z]:[\\/][^"]*\.(?:exe|cmd|bat|com)$/i;
const ASSIGNMENT = /^([A-Za-z_][A-Za-z0-9_]*)=([\s\S]*)$/;

/**
 * Splits a command in which a whole command line was written.
 *
 * Undefined when it is one program: without a space, or the path of a file that has spaces in its name. Throws
 * `config_error` for a line that only a shell can read, with the way to write that.
 */
export function splitCommand(command: string, path: string): SplitCommand | undefined {
  const line = command.trim();
  if (!/\s/.test(line)) return line === command ? undefined : { command: line, args: [], env: {} };
  const program = longestFile(line);
  if (program === command || WINDOWS_PROGRAM.test(line)) return undefined;
  const rest = program === undefined ? line : line.slice(program.length);
  const parsed = parseShellWords(rest);
  if (parsed.kind === "shell") {
    throw new CodemodeError("config_error", `${path} is a line for a shell: ${parsed.reason}.`, {
      hint: `Write "command": "sh", "args": ["-c", ${JSON.stringify(line)}], or name one program and its args.`,
    });
  }
  if (program !== undefined) return { command: program, args: parsed.words, env: {} };
  const first = parsed.words.findIndex((word) => !ASSIGNMENT.test(word));
  const [name = "", ...args] = first === -1 ? [] : parsed.words.slice(first);
  const before = first === -1 ? parsed.words : parsed.words.slice(0, first);
  const env = Object.fromEntries(before.map((word) => ASSIGNMENT.exec(word)?.slice(1) ?? []));
  return { command: name, args, env };
}

/** The longest beginning of the line, at a space, that is a file. */
function longestFile(line: string): string | undefined {
  const ends = [...line.matchAll(/\s+/g)].map(({ index }) => index).filter((end) => /[/\\]/.test(line.slice(0, end)));
  return [line.length, ...ends.reverse()]
    .map((end) => line.slice(0, end))
    .find((path) => /\s/.test(path) && isFile(expandHome(path)));
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
