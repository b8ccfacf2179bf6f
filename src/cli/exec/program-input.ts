import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { extname, resolve } from "node:path";
import type { Readable } from "node:stream";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { CommandPlace } from "../command-context.ts";
import { fileFault } from "../../base/files/file-fault.ts";
import { UsageError } from "../usage-error.ts";

/** Sources of a program on the command line. */
interface ProgramOptions {
  readonly file?: string | undefined;
  readonly eval?: string | undefined;
  readonly language?: GuestLanguage | undefined;
}

/** A program to run. */
export interface ProgramInput {
  readonly code: string;
  readonly language: GuestLanguage;
}

const LANGUAGES: Readonly<Record<string, GuestLanguage>> = {
  ".ts": "typescript",
  ".mts": "typescript",
  ".js": "typescript",
  ".mjs": "typescript",
  ".py": "python",
};

const EXAMPLE = "Give a file, -e CODE, or pipe a program in: echo '1 + 1' | codemode exec";

/** Reads the program a command line names: from a file, from `-e`, or from what is piped in. */
export async function readProgram(
  { file, eval: inline, language }: ProgramOptions,
  place: Pick<CommandPlace, "input" | "directory">,
): Promise<ProgramInput> {
  if (inline !== undefined && file !== undefined)
    throw new UsageError(
      "Both a file and -e were given.",
      "Leave one of them out; arguments of the program stand after --.",
    );
  const code = inline ?? (await readCode(file, place));
  if (code.trim() === "") throw new UsageError("There is no program to run.", EXAMPLE);
  return { code, language: language ?? languageOf(file) };
}

async function readCode(
  file: string | undefined,
  { input, directory }: Pick<CommandPlace, "input" | "directory">,
): Promise<string> {
  if (file === "-") return input.text();
  if (file !== undefined) return readProgramFile(file, directory);
  if (input.isTerminal) throw new UsageError("There is no program to run.", EXAMPLE);
  return input.text();
}

async function readProgramFile(file: string, directory: string): Promise<string> {
  const path = resolve(directory, file);
  try {
    if ((await stat(path)).isDirectory()) throw new UsageError(`${file} is a folder.`, "Name the file of a program.");
    return await textWithin(createReadStream(path), file);
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const isCode = /[\s(+*=;]/.test(file);
    throw new UsageError(
      `${file} cannot be read: ${fileFault(thrown)}.`,
      isCode ? "Write code behind -e, as in codemode exec -e '1 + 1'." : "Check the path.",
    );
  }
}

/** More than a program may have, whatever its limit. */
export const MOST_INPUT_BYTES: number = 64 * 1024 * 1024;

/** The text of a stream that may have no end. Throws `UsageError`, in which `what` names it, for more than any program has. */
export async function textWithin(stream: Readable, what: string): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stream) {
    const read = Buffer.from(chunk);
    bytes += read.length;
    if (bytes > MOST_INPUT_BYTES) throw tooMuchInput(what);
    chunks.push(read);
  }
  return Buffer.concat(chunks).toString();
}

/** The error for more than any program has. */
export function tooMuchInput(what: string): UsageError {
  return new UsageError(`${what} is longer than any program may be.`, "Check the path, and what is piped in.");
}

function languageOf(file: string | undefined): GuestLanguage {
  const ending = file === undefined ? "" : extname(file).toLowerCase();
  const language = ending === "" ? "typescript" : LANGUAGES[ending];
  if (language !== undefined) return language;
  throw new UsageError(
    `The language of ${file} is not known from its ending "${ending}".`,
    "Say --language typescript or --language python.",
  );
}
