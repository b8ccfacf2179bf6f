import { existsSync } from "node:fs";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import { isOwnEntry } from "../../sources/mcp/entry/own-command.ts";
import {
  type ChangeRecord,
  digestOf,
  missingFolders,
  readContents,
  RecordPlace,
  writeContents,
} from "./change-record.ts";
import { CLIENTS, type ClientName, type ClientScopeName } from "./client-files.ts";
import { hasRoot, isSameData, serversIn, withoutRoot, withServer } from "./client-text.ts";
import { OWN_NAME } from "./own-entry.ts";

/** A file of a client to change, and the folder in which what it was is kept. */
export interface ClientTarget {
  readonly client: ClientName;
  readonly scope: ClientScopeName;
  readonly file: string;
  /** Our state directory. */
  readonly stateDirectory: string;
}

/** A change of a client's file, not yet made. */
export interface EntryChange {
  readonly target: ClientTarget;
  /** Our entry that is set or taken out; null where there is none. */
  readonly entry: Readonly<Record<string, unknown>> | null;
  /** Path of the copy of the file from before; null where there was no file, or no copy is kept. */
  readonly backup: string | null;
  /** Contents before and after; null for no file. Equal where nothing changes. */
  readonly before: Buffer | null;
  readonly after: Buffer | null;
  /** Makes the change. */
  readonly write: () => void;
}

/**
 * Sets our entry in a client's file. Throws `config_error` for a file that cannot be read, and where another server has
 * our name.
 */
export function planInstall(target: ClientTarget, entry: Readonly<Record<string, unknown>>): EntryChange {
  return inFile(target, ({ before, text, present, place }) => {
    const client = CLIENTS[target.client];
    if (present !== undefined && !isOwnEntry(present)) {
      throw new CodemodeError("config_error", `${client.root}.${OWN_NAME} is a server of another kind.`, {
        hint: "Give that server another name first; nothing was written.",
      });
    }
    const earlier = recordOf(place, before);
    if (isSameData(present, entry)) return unchanged({ target, entry, before, backup: earlier?.backup ?? null });
    const after = Buffer.from(withServer(client, text, { name: OWN_NAME, entry }));
    // What a later change finds is not what the person had: the first copy is, unless the file was edited in between.
    const record: ChangeRecord | undefined =
      present === undefined
        ? {
            file: target.file,
            backup: before === null ? null : place.copy,
            written: digestOf(after),
            folders: missingFolders(target.file),
            madeRoot: !hasRoot(client, text),
          }
        : earlier && { ...earlier, written: digestOf(after) };
    const write = (): void => {
      if (present === undefined && before !== null) place.keep(before);
      writeContents(target.file, after);
      place.write(record);
    };
    return { target, entry, backup: record?.backup ?? null, before, after, write };
  });
}

/**
 * Takes our entry out of a client's file. A file that nobody changed since is put back byte for byte, or removed if there
 * was none; of any other our entry alone is taken out.
 */
export function planUninstall(target: ClientTarget): EntryChange {
  return inFile(target, ({ before, text, present, place }) => {
    if (!isOwnEntry(present) || !isRecord(present)) return unchanged({ target, entry: null, before, backup: null });
    const known = place.read();
    const untouched = recordOf(place, before);
    const after =
      untouched === undefined
        ? Buffer.from(withoutOwn(target.client, text, known?.madeRoot ?? false))
        : untouched.backup === null
          ? null
          : readContents(untouched.backup);
    const write = (): void => {
      writeContents(target.file, after, known?.folders);
      place.write(undefined);
    };
    return { target, entry: present, backup: known?.backup ?? null, before, after, write };
  });
}

/** A client's file as it is now. */
interface PresentFile {
  readonly before: Buffer | null;
  readonly text: string;
  /** The entry with our name. */
  readonly present: unknown;
  readonly place: RecordPlace;
}

/** Plans something on a file; errors name it. */
function inFile(target: ClientTarget, plan: (file: PresentFile) => EntryChange): EntryChange {
  try {
    const before = readContents(target.file);
    const text = before?.toString("utf8") ?? "";
    const present = serversIn(CLIENTS[target.client], text)[OWN_NAME];
    return plan({ before, text, present, place: new RecordPlace(target.file, target.stateDirectory) });
  } catch (thrown) {
    if (!CodemodeError.is(thrown)) throw thrown;
    throw new CodemodeError("config_error", `${target.file}: ${thrown.message}`, { ...thrown.details, cause: thrown });
  }
}

/** The record, if the file is still as it was written then and its copy is there. */
function recordOf(place: RecordPlace, before: Buffer | null): ChangeRecord | undefined {
  const known = place.read();
  if (known === undefined || known.written !== digestOf(before)) return undefined;
  return known.backup === null || existsSync(known.backup) ? known : undefined;
}

function unchanged(plan: Pick<EntryChange, "target" | "entry" | "before" | "backup">): EntryChange {
  return { ...plan, after: plan.before, write: () => {} };
}

/** The text without our entry, and without the map of servers if it was made for it and holds nothing else. */
function withoutOwn(client: ClientName, text: string, madeRoot: boolean): string {
  const files = CLIENTS[client];
  const rest = withServer(files, text, { name: OWN_NAME, entry: undefined });
  return madeRoot && Object.keys(serversIn(files, rest)).length === 0 ? withoutRoot(files, rest) : rest;
}
