import { readFile, stat } from "node:fs/promises";
import { extname } from "node:path";
import { isatty } from "node:tty";
import type { GuestLanguage } from "../../engines/engine.ts";
import { readStdin } from "../read-stdin.ts";
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
export async function readProgram({ file, eval: inline, language }: ProgramOptions): Promise<ProgramInput> {
  if (inline !== undefined && file !== undefined)
    throw new UsageError("Both a file and -e were given.", "Leave one of them out.");
  const code = inline ?? (await readCode(file));
  if (code.trim() === "") throw new UsageError("There is no program to run.", EXAMPLE);
  return { code, language: language ?? languageOf(file) };
}

async function readCode(file: string | undefined): Promise<string> {
  if (file === "-") return readStdin();
  if (file !== undefined) return readProgramFile(file);
  if (isatty(0)) throw new UsageError("There is no program to run.", EXAMPLE);
  return readStdin();
}

async function readProgramFile(file: string): Promise<string> {
  try {
    if ((await stat(file)).isDirectory()) throw new UsageError(`${file} is a folder.`, "Name the file of a program.");
    return await readFile(file, "utf8");
  } catch (thrown) {
    if (thrown instanceof UsageError) throw thrown;
    const isMissing = thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT";
    const reason = isMissing ? "the file does not exist" : thrown instanceof Error ? thrown.message : "unknown reason";
    throw new UsageError(`${file} cannot be read: ${reason}.`, "Check the path.");
  }
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
