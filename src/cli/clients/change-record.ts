import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { CodemodeError } from "../../base/codemode-error.ts";

/** What is kept of a file that was changed, so that it can be put back. */
export interface ChangeRecord {
  readonly file: string;
  /** Path of the copy; null where there was no file. */
  readonly backup: string | null;
  /** Digest of the contents that were written. */
  readonly written: string;
  /** Folders that were made for the file, innermost first. */
  readonly folders: readonly string[];
  /** The file had no map of servers. */
  readonly madeRoot: boolean;
}

const recordSchema: z.ZodType<ChangeRecord> = z.object({
  file: z.string(),
  backup: z.string().nullable(),
  written: z.string(),
  folders: z.array(z.string()),
  madeRoot: z.boolean(),
});

/** The record of one file of a client and the copy of the file, in our state directory. */
export class RecordPlace {
  /** Path of the copy. */
  readonly copy: string;
  readonly #record: string;

  constructor(file: string, stateDirectory: string) {
    const folder = join(stateDirectory, "clients");
    const id = createHash("sha256").update(file).digest("hex").slice(0, 16);
    this.#record = join(folder, `${id}.json`);
    this.copy = join(folder, `${id}-${basename(file)}`);
  }

  /** The record, unless there is none that can be read. */
  read(): ChangeRecord | undefined {
    const contents = readContents(this.#record);
    try {
      return contents === null ? undefined : recordSchema.parse(JSON.parse(contents.toString("utf8")));
    } catch {
      return undefined;
    }
  }

  /** Keeps a copy. */
  keep(contents: Buffer): void {
    mkdirSync(dirname(this.copy), { recursive: true, mode: 0o700 });
    writeFileSync(this.copy, contents, { mode: 0o600 });
  }

  /** Replaces the record; without one, forgets it. */
  write(record: ChangeRecord | undefined): void {
    if (record === undefined) return rmSync(this.#record, { force: true });
    mkdirSync(dirname(this.#record), { recursive: true, mode: 0o700 });
    writeFileSync(this.#record, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  }
}

/** Digest of the contents of a file. */
export function digestOf(contents: Buffer | null): string {
  return contents === null ? "" : createHash("sha256").update(contents).digest("hex");
}

/** The contents of a file; null where there is none. Throws `config_error` for one that cannot be read. */
export function readContents(file: string): Buffer | null {
  try {
    return readFileSync(file);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return null;
    throw new CodemodeError("config_error", "The file cannot be read.", {
      hint: "Check its permissions.",
      cause: thrown,
    });
  }
}

/** Writes a file, through links, so that one that is kept elsewhere stays there; null removes it, and `folders` that are empty then. */
export function writeContents(file: string, contents: Buffer | null, folders: readonly string[] = []): void {
  if (contents !== null) {
    mkdirSync(dirname(file), { recursive: true });
    return writeFileSync(existsSync(file) ? realpathSync(file) : file, contents);
  }
  rmSync(file, { force: true });
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // Something else is kept there by now.
  }
}

/** Folders on the way to a file that do not exist, innermost first. */
export function missingFolders(file: string): readonly string[] {
  const missing: string[] = [];
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  return missing;
}
