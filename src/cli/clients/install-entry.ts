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
 *
 * @param moved names of servers that are served by us from now on: switched off in the client, or taken out where it has
 *   no way to do that
 */
export function planInstall(
  target: ClientTarget,
  entry: Readonly<Record<string, unknown>>,
  moved: readonly string[] = [],
): EntryChange {
  return inFile(target, (kept, text) => {
    const { contents: before, untouched } = kept;
    const present = text.servers[OWN_NAME];
    refuseOther(target.client, present);
    const still = new ClientText(target.client, moved.reduce(withoutServing(target.client), text.whole));
    if (ClientText.isSame(present, entry) && ClientText.isSame(still.servers, text.servers)) {
      return { target, entry, backup: untouched?.backup ?? null, before, after: before, write: () => {} };
    }
    if (moved.length > 0 && present !== undefined && untouched === undefined) throw editedSince();
    const after = Buffer.from(still.withServer(OWN_NAME, entry));
    // What a later change finds is not what the person had: the first copy is, unless the file was edited in between.
    const known = present === undefined ? kept.firstRecord(after, !text.hasServers) : kept.nextRecord(after);
    const record = known === undefined ? undefined : withMoved(known, moved);
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

/**
 * The text without our entry, with the servers that were moved to us as they were, and without the map of servers if it
 * was made for our entry and holds nothing else.
 */
function withoutOwn(client: ClientName, text: ClientText, { record, original }: KeptFile): string {
  const before = new ClientText(client, original?.toString("utf8") ?? "");
  const rest = (record?.moved ?? []).reduce(
    (changed, name) => new ClientText(client, changed).withServing(name, before),
    text.withServer(OWN_NAME, undefined),
  );
  return record?.madeMap === true ? new ClientText(client, rest).withoutEmptyMap : rest;
}

function refuseOther(client: ClientName, present: unknown): void {
  if (present === undefined || isOwnEntry(present)) return;
  throw new CodemodeError("config_error", `${CLIENTS[client].root}.${OWN_NAME} is another kind of server.`, {
    hint: "Give that server another name first; nothing was written.",
  });
}

function editedSince(): CodemodeError {
  return new CodemodeError("config_error", "The entry of codemode there was written or edited by hand.", {
    hint: "Run codemode uninstall first, then install with --move; nothing was written.",
  });
}

function withMoved<Record extends { readonly moved?: readonly string[] | undefined }>(
  record: Record,
  moved: readonly string[],
): Record {
  return { ...record, moved: [...new Set([...(record.moved ?? []), ...moved])] };
}

function withoutServing(client: ClientName): (text: string, name: string) => string {
  return (text, name) => {
    const current = new ClientText(client, text);
    return Object.hasOwn(current.servers, name) ? current.withoutServing(name) : text;
  };
}

/** Plans something on a file; errors name it. */
function inFile(target: ClientTarget, plan: (kept: KeptFile, text: ClientText) => EntryChange): EntryChange {
  try {
    const kept = new KeptFile(target.file, target.stateDirectory);
    return plan(kept, ClientText.ofFile(target.client, kept.contents ?? new Uint8Array()));
  } catch (thrown) {
    if (!CodemodeError.is(thrown)) throw thrown;
    throw new CodemodeError("config_error", `${target.file}: ${thrown.message}`, { ...thrown.details, cause: thrown });
  }
}
