import { toCodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import { foreignRules } from "../../host/configuration/foreign-rules.ts";
import { isOwnEntry } from "../../sources/mcp/entry/own-command.ts";
import { type McpServerConfig, readServer } from "../../sources/mcp/server-config.ts";
import { clearSecrets } from "../../sources/mcp/entry/clear-secrets.ts";
import { CLIENT_NAMES, type ClientName, type ClientSurroundings } from "./client-files.ts";
import { findServers, type FoundServer, settingsOf } from "./found-servers.ts";
import { OWN_NAME } from "./own-entry.ts";

/** What becomes of one server of a client. */
interface AdoptionRow {
  readonly name: string;
  readonly from: ClientName;
  readonly file: string;
  readonly transport: McpServerConfig["transport"];
  readonly status: "new" | "same" | "differs" | "unsupported";
  readonly note: string | null;
}

/** Servers and permission rules of clients, and what of them our configuration does not have yet. */
export interface Adoption {
  readonly rows: readonly AdoptionRow[];
  readonly rules: ReturnType<typeof foreignRules>["rules"];
  /** One sentence for each file and rule that is left out. */
  readonly left: readonly string[];
  /** New entries in our own form, secrets taken out. */
  readonly entries: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** The secrets by the names that stand for them in the entries. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** A server that has its name already, in our own form. */
interface Holder {
  readonly name: string;
  readonly where: string;
  readonly identity: string;
  readonly whole: string;
}

/** Servers that have their names already, found by these and by all that they are. */
class Holders {
  /** By name, and by what they are; with their places, since of two the first one counts. */
  readonly #first = new Map<string, { readonly place: number; readonly holder: Holder }>();
  #count = 0;

  constructor(own: Readonly<Record<string, unknown>>) {
    for (const [name, entry] of Object.entries(own)) this.add({ name, entry }, "the configuration");
  }

  add(server: Pick<FoundServer, "name" | "entry">, where: string): void {
    const holder = holderOf(server, where);
    const found = { place: this.#count++, holder };
    for (const key of [nameKey(holder.name), holder.whole]) if (!this.#first.has(key)) this.#first.set(key, found);
  }

  /** The first one of this name, or that is the same whatever its name is. */
  find(name: string, whole: string): Holder | undefined {
    const found = [this.#first.get(nameKey(name)), this.#first.get(whole)].filter((each) => each !== undefined);
    return found.sort((one, other) => one.place - other.place)[0]?.holder;
  }
}

/** No name is written like what a server is, which is a list as JSON. */
const nameKey = (name: string): string => `name ${name}`;

/**
 * Looks through the files of clients and decides about each server: the first of a name is adopted, an equal one after it is
 * `same`, another `differs`; what cannot be used here, or starts codemode, is `unsupported`. Nothing is written.
 *
 * @param own servers that our configuration has
 */
export function planAdoption(
  surroundings: ClientSurroundings,
  own: Readonly<Record<string, unknown>>,
  clients: readonly ClientName[] = CLIENT_NAMES,
): Adoption {
  const { servers, problems } = findServers(surroundings, clients);
  const holders = new Holders(own);
  const rows: AdoptionRow[] = [];
  const entries: Record<string, Readonly<Record<string, unknown>>> = {};
  const secrets: Record<string, string> = {};
  for (const server of servers) {
    const { row, settings } = decideServer(server, holders);
    rows.push(row);
    if (row.status !== "new") continue;
    holders.add(server, server.file);
    const cleared = clearSecrets(server.name, settings);
    entries[server.name] = cleared.settings;
    Object.assign(secrets, cleared.secrets);
  }
  const names = [...Object.keys(own), ...Object.keys(entries)];
  const settings = clients.flatMap((from) => settingsOf(from, surroundings));
  const { rules, left } = foreignRules(settings, names);
  const kept = rules.filter(({ tools }) => !tools.startsWith(`${OWN_NAME}__`));
  const others = kept.filter((rule) => allowsAnother(rule, rows));
  const notes = [
    ...left.map(({ rule, file, reason }) => `${file}: the rule ${rule} is left out: ${reason}`),
    ...others.map(({ tools, file }) => `${file}: the rule allow ${tools} is left out: it is about another server.`),
  ];
  return {
    rows,
    rules: kept.filter((rule) => !others.includes(rule)),
    left: [...problems, ...notes],
    entries,
    secrets,
  };
}

/** True for a rule that allows tools of a server which its client has under this name, and which is not the one here. */
function allowsAnother({ tools, from, decision }: Adoption["rules"][number], rows: readonly AdoptionRow[]): boolean {
  const named = rows.filter((row) => row.from === from && tools.startsWith(`${row.name}__`));
  const isAnother = named.every(({ status }) => status === "differs" || status === "unsupported");
  return decision === "allow" && named.length > 0 && isAnother;
}

/** Names of the servers in a client's file that our configuration has too, whatever their names are there. */
export function adoptedServers(
  surroundings: ClientSurroundings,
  own: Readonly<Record<string, unknown>>,
  { client, file }: { readonly client: ClientName; readonly file: string },
): readonly string[] {
  const holders = new Holders(own);
  const found = findServers(surroundings, [client]).servers.filter((server) => server.file === file);
  return found.filter((server) => decideServer(server, holders).row.status === "same").map(({ name }) => name);
}

function decideServer(
  { name, from, file, entry }: FoundServer,
  holders: Holders,
): { readonly row: AdoptionRow; readonly settings: Readonly<Record<string, unknown>> } {
  const row = (
    status: AdoptionRow["status"],
    transport: AdoptionRow["transport"],
    note: string | null,
  ): AdoptionRow => ({
    name,
    from,
    file,
    transport,
    status,
    note,
  });
  const guess = isRecord(entry) && entry["command"] !== undefined ? "stdio" : "http";
  if (isOwnEntry(entry)) return { row: row("unsupported", guess, "it starts codemode itself"), settings: {} };
  try {
    const { config, settings } = readServer(name, entry);
    const { transport, notes } = config;
    const same = holders.find(name, wholeOf(settings));
    if (same === undefined) return { row: row("new", transport, notes.join(" ") || null), settings };
    const isSame = same.identity === identityOf(name, config);
    const note = isSame
      ? `it is ${same.name === name ? "" : `${same.name} `}in ${same.where} already`
      : `another server of this name is in ${same.where}; that one is used`;
    return { row: row(isSame ? "same" : "differs", transport, note), settings };
  } catch (thrown) {
    const { message, details } = toCodemodeError(thrown);
    return { row: row("unsupported", guess, [message, details.hint].filter(Boolean).join(" ")), settings: {} };
  }
}

function holderOf({ name, entry }: Pick<FoundServer, "name" | "entry">, where: string): Holder {
  try {
    const { config, settings } = readServer(name, entry);
    return { name, where, identity: identityOf(name, config), whole: wholeOf(settings) };
  } catch {
    return { name, where, identity: "", whole: "" };
  }
}

/**
 * What makes two entries the same server: command or URL, arguments, and the names of variables. A secret that was typed into
 * one stands in the other by the name under which it was adopted.
 */
function identityOf(name: string, config: McpServerConfig): string {
  const { transport } = config;
  if (config.transport !== "stdio") {
    const { url } = clearSecrets(name, { url: config.url }).settings;
    return JSON.stringify([url, Object.keys(config.headers).toSorted()]);
  }
  const { command, args } = clearSecrets(name, { command: config.command, args: config.args }).settings;
  return JSON.stringify([transport, command, args, Object.keys(config.env).toSorted()]);
}

/** All that starts or reaches a server, values included: two of these are one server under two names. */
function wholeOf({ command, args = [], env = {}, url, headers = {} }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([command, args, env, url, headers]);
}
