import { defined } from "../../../base/defined.ts";
import { distance } from "fastest-levenshtein";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import {
  EntryDraft,
  readAuth,
  FOREIGN_SETTINGS,
  readEnv,
  readHeaders,
  readToolList,
  type ReadSetting,
} from "./entry-draft.ts";
import { toText } from "./read-values.ts";
import { parseShellWords } from "./shell-words.ts";
import { splitCommand } from "./split-command.ts";

/** An entry in our own form, not yet checked, and what is to be said about how it was read. */
interface ReadEntry {
  readonly settings: unknown;
  readonly notes: readonly string[];
}

/** The spellings of a transport, without case, spaces and signs; undefined leaves the choice to the url. */
const TRANSPORTS: Readonly<Record<string, "stdio" | "http" | "sse" | undefined>> = {
  stdio: "stdio",
  local: "stdio",
  command: "stdio",
  process: "stdio",
  http: "http",
  https: "http",
  streamable: "http",
  streamablehttp: "http",
  httpstream: "http",
  sse: "sse",
  remote: undefined,
  url: undefined,
};

/**
 * Reads one entry of a map of servers as the clients of MCP write them.
 *
 * Their settings become ours, or are left out with a note. Throws `config_error` for a misspelled setting and for a
 * value that cannot be understood; everything else is left to the check of our own form.
 * @param ownKeys names of our own settings
 */
export function readEntry(entry: unknown, path: string, ownKeys: readonly string[]): ReadEntry {
  if (!isSchemaObject(entry)) return { settings: entry, notes: [] };
  const draft = new EntryDraft();
  const written = Object.entries(flatten(entry)).filter(([, value]) => value !== null && value !== undefined);
  const ownNames = new Map([...ownKeys.map((key) => [plain(key), key] as const), ["transporttype", "transport"]]);
  const foreign: [string, unknown][] = [];
  for (const [key, value] of written) {
    const own = ownNames.get(plain(key));
    if (own === undefined) foreign.push([key, value]);
    else readOwn(draft, { key: own, value, path: `${path}.${key}` });
  }
  // Read last, so that our own spelling of a setting wins over others.
  for (const [key, value] of foreign) readForeign(draft, { key, value, path }, ownKeys);
  settleKind(draft, isLocal(draft));
  return { settings: draft.settings, notes: draft.notes };
}

interface WrittenField {
  readonly key: string;
  readonly value: unknown;
  /** Place of the entry. */
  readonly path: string;
}

/** Some clients put the way to reach a server into an object of its own. */
function flatten(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const { transport, command, ...rest } = entry;
  const isMerged = isSchemaObject(transport);
  const merged = isMerged ? { ...rest, ...defined({ command }), ...transport } : entry;
  if (!isSchemaObject(merged["command"])) return merged;
  const { path, args, env } = merged["command"];
  return {
    ...merged,
    command: path,
    ...defined({ args, env }),
  };
}

const plain = (key: string): string => key.toLowerCase().replace(/[_-]/g, "");

const OWN_FORMS: Readonly<Record<string, ReadSetting>> = { env: readEnv, headers: readHeaders, auth: readAuth };

/** Our own settings, some of which clients write in other forms. */
function readOwn(draft: EntryDraft, { key, value, path }: WrittenField): void {
  if (key === "command") readCommand(draft, value, path);
  else if (key === "args") draft.settings["args"] = [...argsOf(draft), ...readArgs(value, path)];
  else if (OWN_FORMS[key] !== undefined) read(draft, { key, value, path }, OWN_FORMS[key]);
  else if (key === "transport" || key === "type") readTransport(draft, { key, value, path });
  else if (key === "tools" && readToolList(draft, value)) return;
  else if (value !== "" || !["url", "cwd", "envFile", "description"].includes(key)) draft.settings[key] = value;
}

function readCommand(draft: EntryDraft, value: unknown, path: string): void {
  if (Array.isArray(value)) {
    const [command, ...args] = readArgs(value, path);
    if (command !== undefined) draft.set("command", command);
    draft.settings["args"] = [...args, ...argsOf(draft)];
    return;
  }
  if (typeof value !== "string") draft.settings["command"] = value;
  if (typeof value !== "string" || value.trim() === "") return;
  const split = splitCommand(value, path);
  draft.settings["command"] = split?.command ?? value;
  if (split === undefined) return;
  draft.settings["args"] = [...split.args, ...argsOf(draft)];
  draft.merge("env", split.env);
  draft.note(`command is understood as the program ${JSON.stringify(split.command)} with arguments.`);
}

function argsOf({ settings }: EntryDraft): readonly unknown[] {
  return Array.isArray(settings["args"]) ? settings["args"] : [];
}

/** Arguments; numbers and switches become text, and one text is a line of them. */
function readArgs(value: unknown, path: string): readonly unknown[] {
  if (typeof value === "string") {
    const parsed = parseShellWords(value);
    if (parsed.kind === "words") return parsed.words;
    throw new CodemodeError("config_error", `${path} cannot be taken apart: ${parsed.reason}.`, {
      hint: "Write the arguments as a list of texts.",
    });
  }
  if (!Array.isArray(value)) throw new CodemodeError("config_error", `${path} is not a list of texts.`);
  return value.flatMap((item: unknown) => (item === null ? [] : [toText(item) ?? item]));
}

function readTransport(draft: EntryDraft, { key, value, path }: WrittenField): void {
  const name = typeof value === "string" ? value.toLowerCase().replace(/[^a-z]/g, "") : "";
  if (!Object.hasOwn(TRANSPORTS, name)) {
    throw new CodemodeError("config_error", `${path} ${JSON.stringify(value)} is not a transport that can be used.`, {
      hint: "Use stdio, http (streamable HTTP) or sse.",
    });
  }
  const kind = TRANSPORTS[name];
  if (kind !== undefined) draft.settings[key] = kind;
  // The client that calls its servers local and remote limits with `timeout` how long their tools may take to be listed.
  if (name === "local" || name === "remote") draft.limitsConnecting = true;
}

function readForeign(draft: EntryDraft, { key, value, path }: WrittenField, ownKeys: readonly string[]): void {
  const name = plain(key);
  const known = Object.hasOwn(FOREIGN_SETTINGS, name) ? FOREIGN_SETTINGS[name] : undefined;
  if (known !== undefined) return read(draft, { key, value, path: `${path}.${key}` }, known);
  const meant = ownKeys.find((candidate) => isMisspelled(key, candidate));
  if (meant !== undefined) {
    throw new CodemodeError("config_error", `${path}.${key} is not a known setting.`, {
      hint: `Did you mean ${meant}? Known settings: ${ownKeys.join(", ")}.`,
    });
  }
  draft.note(`${key} is left out: it is not a known setting.`);
}

function read(draft: EntryDraft, { key, value, path }: WrittenField, setting: ReadSetting): void {
  if (setting(draft, value, key) !== false) return;
  throw new CodemodeError("config_error", `${path} cannot be understood: ${JSON.stringify(value).slice(0, 100)}.`, {
    hint: `Correct ${path}.`,
  });
}

/** One slip in a short name or two in a long one; swapped letters are one slip. */
function isMisspelled(key: string, candidate: string): boolean {
  const [a, b] = [plain(key), plain(candidate)];
  if (a.split("").sort().join("") === b.split("").sort().join("")) return true;
  return b.length > 3 && distance(a, b) <= (b.length > 5 ? 2 : 1);
}

function isLocal({ settings }: EntryDraft): boolean | undefined {
  const said = settings["transport"] ?? settings["type"];
  if (said !== undefined) return said === "stdio";
  if (settings["command"] !== undefined && settings["url"] !== undefined) return undefined;
  return settings["command"] === undefined ? (settings["url"] === undefined ? undefined : false) : true;
}

/** Takes out what has no meaning for the kind of server it is, as entries have that were changed from one kind to the other. */
function settleKind(draft: EntryDraft, local: boolean | undefined): void {
  const { settings } = draft;
  if (local === undefined) return;
  const isComplete = settings[local ? "command" : "url"] !== undefined;
  const others = local ? ["headers", "url", "auth", "account"] : ["args", "env", "cwd", "envFile", "command"];
  for (const key of isComplete ? others : []) {
    const value = settings[key];
    if (value === undefined) continue;
    delete settings[key];
    if (typeof value === "object" && value !== null && Object.keys(value).length === 0) continue;
    draft.note(`${key} is left out: it has no meaning for a ${local ? "local program" : "remote server"}.`);
  }
}
