import { createHash } from "node:crypto";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readlinkSync,
  realpathSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import writeFileAtomic from "write-file-atomic";
import * as z from "zod";
import { CodemodeError } from "../../base/codemode-error.ts";
import { fileFault } from "../../base/files/file-fault.ts";
import { readBytes } from "../../base/files/read-file.ts";

/** What is known of a file that we changed, so that it can be put back. */
interface ChangeRecord {
  readonly file: string;
  /** Path of the copy; null where there was no file. */
  readonly backup: string | null;
  /** Digest of the contents that were written. */
  readonly written: string;
  /** Folders that were made for the file, innermost first. */
  readonly folders: readonly string[];
  /** The file had no map of servers. */
  readonly madeMap: boolean;
  /** Servers that were switched off or taken out, since we have them. */
  readonly moved?: readonly string[] | undefined;
}

const recordSchema: z.ZodType<ChangeRecord> = z.object({
  file: z.string(),
  backup: z.string().nullable(),
  written: z.string(),
  folders: z.array(z.string()),
  madeMap: z.boolean(),
  moved: z.array(z.string()).optional(),
});

/** A file of somebody else that we change, with a record of the change and a copy of what it was in our state directory. */
export class KeptFile {
  readonly file: string;
  /** Its contents now; null where there is no file. */
  readonly contents: Buffer | null;
  /** What is known of an earlier change. */
  readonly record: ChangeRecord | undefined;
  readonly #recordFile: string;
  readonly #copy: string;

  /** Throws `config_error` for a file that cannot be read. */
  constructor(file: string, stateDirectory: string) {
    const folder = join(stateDirectory, "clients");
    const id = createHash("sha256").update(file).digest("hex").slice(0, 16);
    this.file = file;
    this.#recordFile = join(folder, `${id}.json`);
    this.#copy = join(folder, `${id}-${basename(file)}`);
    this.contents = readContents(file);
    this.record = parseRecord(readContents(this.#recordFile));
  }

  /** The record, if the file is still as it was written then and its copy is there. */
  get untouched(): ChangeRecord | undefined {
    const { record, contents } = this;
    if (record === undefined || contents === null || record.written !== digestOf(contents)) return undefined;
    return record.backup === null || existsSync(record.backup) ? record : undefined;
  }

  /** What the file was before the first change. */
  get original(): Buffer | null {
    const backup = this.record?.backup ?? null;
    return backup === null ? null : readContents(backup);
  }

  /** The record of a first change to `after`. */
  firstRecord(after: Buffer, madeMap: boolean): ChangeRecord {
    const { file, contents } = this;
    const backup = contents === null ? null : this.#copy;
    return { file, backup, written: digestOf(after), folders: missingFolders(file), madeMap };
  }

  /** The record of a further change to `after`; undefined when the file was edited since the last one. */
  nextRecord(after: Buffer): ChangeRecord | undefined {
    const { untouched } = this;
    return untouched && { ...untouched, written: digestOf(after) };
  }

  /** Writes the file with a record of that; a copy is made when the record says so and there is none of this change. */
  write(after: Buffer, record: ChangeRecord | undefined): void {
    const { contents } = this;
    mkdirSync(dirname(this.#copy), { recursive: true, mode: 0o700 });
    if (contents !== null && record !== undefined && this.untouched === undefined) {
      writeFileSync(this.#copy, contents, { mode: 0o600 });
    }
    this.#replace(after);
    if (record === undefined) rmSync(this.#recordFile, { force: true });
    else writeFileSync(this.#recordFile, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  }

  /** Puts the file back, or removes it with the folders that were made for it, and forgets the record. */
  restore(after: Buffer | null): void {
    if (after === null) {
      rmSync(this.file, { force: true });
      removeEmpty(this.record?.folders ?? []);
    } else this.#replace(after);
    rmSync(this.#recordFile, { force: true });
  }

  /**
   * Writes all or nothing, and through links, so that a file that is kept elsewhere stays there. Throws `config_error` when
   * somebody else wrote the file since it was read.
   */
  #replace(contents: Buffer): void {
    const now = readContents(this.file);
    if (now === null ? this.contents !== null : this.contents === null || !now.equals(this.contents)) {
      throw new CodemodeError("config_error", `${this.file} was changed by another program meanwhile.`, {
        hint: "Run the command again.",
      });
    }
    mkdirSync(dirname(this.file), { recursive: true });
    writeFileAtomic.sync(existsSync(this.file) ? realpathSync(this.file) : this.file, contents);
  }
}

function parseRecord(contents: Buffer | null): ChangeRecord | undefined {
  try {
    return contents === null ? undefined : recordSchema.parse(JSON.parse(contents.toString("utf8")));
  } catch {
    return undefined;
  }
}

function digestOf(contents: Buffer): string {
  return createHash("sha256").update(contents).digest("hex");
}

function readContents(file: string): Buffer | null {
  try {
    return readBytes(file);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && thrown.code === "ENOENT") return absent(file);
    throw new CodemodeError("config_error", `The file cannot be read: ${fileFault(thrown)}.`, {
      hint: "Nothing was written.",
      cause: thrown,
    });
  }
}

/** No file. A link to one that is not there is refused: writing would put a file in place of the link. */
function absent(file: string): null {
  if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() !== true) return null;
  throw new CodemodeError("config_error", `The file is a link to ${readlinkSync(file)}, which is not there.`, {
    hint: "Make the file that it leads to, or remove the link; nothing was written.",
  });
}

function missingFolders(file: string): readonly string[] {
  const missing: string[] = [];
  for (let folder = dirname(file); !existsSync(folder); folder = dirname(folder)) missing.push(folder);
  return missing;
}

function removeEmpty(folders: readonly string[]): void {
  try {
    for (const folder of folders) rmdirSync(folder);
  } catch {
    // Something else is kept there by now.
  }
}
