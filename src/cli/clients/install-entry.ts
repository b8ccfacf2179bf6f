import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import { isOwnEntry } from "../../sources/mcp/entry/own-command.ts";
import { CLIENTS, type ClientName, type ClientScopeName } from "./client-files.ts";
import { ClientText } from "./client-text.ts";
import { KeptFile } from "./kept-file.ts";
import { OWN_NAME } from "./own-entry.ts";

/** A file of a client to change. */
interface ClientTarget {
  readonly client: ClientName;
  readonly scope: ClientScopeName;
  readonly file: string;
  /** Our state directory, in which the file as it was is kept. */
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
  return inFile(target, (kept, text) => {
    const { contents: before, untouched } = kept;
    const present = text.servers[OWN_NAME];
    if (present !== undefined && !isOwnEntry(present)) {
      throw new CodemodeError("config_error", `${CLIENTS[target.client].root}.${OWN_NAME} is another kind of server.`, {
        hint: "Give that server another name first; nothing was written.",
      });
    }
    if (ClientText.isSame(present, entry)) {
      return { target, entry, backup: untouched?.backup ?? null, before, after: before, write: () => {} };
    }
    const after = Buffer.from(text.withServer(OWN_NAME, entry));
    // What a later change finds is not what the person had: the first copy is, unless the file was edited in between.
    const record = present === undefined ? kept.firstRecord(after, !text.hasServers) : kept.nextRecord(after);
    const write = (): void => kept.write(after, record);
    return { target, entry, backup: record?.backup ?? null, before, after, write };
  });
}

/**
 * Takes our entry out of a client's file. A file that nobody changed since is put back byte for byte, or removed if there
 * was none; of any other our entry alone is taken out.
 */
export function planUninstall(target: ClientTarget): EntryChange {
  return inFile(target, (kept, text) => {
    const { contents: before, record } = kept;
    const present = text.servers[OWN_NAME];
    if (!isOwnEntry(present) || !isRecord(present)) {
      return { target, entry: null, backup: null, before, after: before, write: () => {} };
    }
    const after = kept.untouched === undefined ? Buffer.from(withoutOwn(target.client, text, kept)) : kept.original;
    return { target, entry: present, backup: record?.backup ?? null, before, after, write: () => kept.restore(after) };
  });
}

/** The text without our entry, and without the map of servers if it was made for it and holds nothing else. */
function withoutOwn(client: ClientName, text: ClientText, { record }: KeptFile): string {
  const rest = text.withServer(OWN_NAME, undefined);
  return record?.madeMap === true ? new ClientText(client, rest).withoutEmptyMap : rest;
}

/** Plans something on a file; errors name it. */
function inFile(target: ClientTarget, plan: (kept: KeptFile, text: ClientText) => EntryChange): EntryChange {
  try {
    const kept = new KeptFile(target.file, target.stateDirectory);
    return plan(kept, new ClientText(target.client, kept.contents?.toString("utf8") ?? ""));
  } catch (thrown) {
    if (!CodemodeError.is(thrown)) throw thrown;
    throw new CodemodeError("config_error", `${target.file}: ${thrown.message}`, { ...thrown.details, cause: thrown });
  }
}
