import { isRecord } from "../../base/is-record.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { readBytes, readText } from "../../base/files/read-file.ts";
import { basename } from "node:path";
import { CLIENT_NAMES, CLIENTS, clientFile, type ClientName, type ClientSurroundings } from "./client-files.ts";
import { ClientText } from "./client-text.ts";

/** A server as a client has it. */
export interface FoundServer {
  readonly name: string;
  readonly from: ClientName;
  readonly file: string;
  /** In the client's own form, with its variables as `${NAME}`. */
  readonly entry: unknown;
}

/** Servers of clients, and the files that could not be read. */
interface FoundServers {
  /** Those of projects first, then a person's, each in the order of the clients. */
  readonly servers: readonly FoundServer[];
  /** One sentence for each file that could not be read. */
  readonly problems: readonly string[];
}

/** Looks for the servers that clients have on this machine and in this folder; each file is read once. */
export function findServers(
  surroundings: ClientSurroundings,
  clients: readonly ClientName[] = CLIENT_NAMES,
): FoundServers {
  const servers: FoundServer[] = [];
  const isOff: ((server: FoundServer) => boolean)[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const scope of ["project", "user"] as const) {
    for (const from of CLIENT_NAMES.filter((name) => clients.includes(name))) {
      const file = clientFile(from, scope, surroundings);
      if (file === undefined || seen.has(file)) continue;
      seen.add(file);
      try {
        const read = serversOf(from, file, surroundings);
        servers.push(...read.servers);
        isOff.push(read.isOff);
      } catch (thrown) {
        if (!CodemodeError.is(thrown)) throw thrown;
        problems.push(`${file} is left out: ${thrown.message}`);
      }
    }
  }
  for (const from of clients) isOff.push(switchesBeside(from, surroundings));
  return {
    servers: servers.map((server) => (isOff.some((says) => says(server)) ? switchedOff(server) : server)),
    problems,
  };
}

function switchedOff(server: FoundServer): FoundServer {
  return isRecord(server.entry) ? { ...server, entry: { ...server.entry, enabled: false } } : server;
}

/** Servers of one file, and which servers of the client its other settings switch off. */
function serversOf(
  from: ClientName,
  file: string,
  surroundings: ClientSurroundings,
): { readonly servers: readonly FoundServer[]; readonly isOff: (server: FoundServer) => boolean } {
  const text = readContents(file);
  if (text === undefined) return { servers: [], isOff: () => false };
  const client = ClientText.ofFile(from, text);
  const ofProject = from === "claude-code" ? projectServers(client.contents, surroundings.folder) : {};
  const { variables = (value: string) => value } = CLIENTS[from];
  const servers = [ofProject, client.servers].flatMap((each) =>
    Object.entries(each).map(([name, entry]) => ({ name, from, file, entry: inTexts(entry, variables) })),
  );
  const switches = switchesOf(from, client.contents, surroundings.folder);
  return { servers, isOff: (server) => server.from === from && switches(server) };
}

/**
 * Clients switch servers off in their entry, or by name in other settings: Gemini CLI in `mcp`, and Claude Code for one
 * project, those of the project's own file apart.
 */
function switchesOf(
  from: ClientName,
  contents: Readonly<Record<string, unknown>>,
  folder: string,
): (server: FoundServer) => boolean {
  if (from === "gemini-cli") {
    const mcp = isRecord(contents["mcp"]) ? contents["mcp"] : {};
    const { allowed, excluded } = mcp;
    return ({ name }) => namesIn(excluded).includes(name) || (Array.isArray(allowed) && !allowed.includes(name));
  }
  const { projects } = contents;
  const project = from === "claude-code" && isRecord(projects) ? projects[folder] : undefined;
  if (!isRecord(project)) return () => false;
  const [ofFile, ofAny] = [namesIn(project["disabledMcpjsonServers"]), namesIn(project["disabledMcpServers"])];
  return ({ name, file }) => ofAny.includes(name) || (ofFile.includes(name) && basename(file) === ".mcp.json");
}

/** Claude Code keeps what a person answered about the servers of a project's own file in its settings, each list adding to the others. */
function switchesBeside(from: ClientName, surroundings: ClientSurroundings): (server: FoundServer) => boolean {
  if (from !== "claude-code") return () => false;
  const lists = settingsOf(from, surroundings).map(({ settings }) => namesIn(settings["disabledMcpjsonServers"]));
  const off = new Set(lists.flat());
  return (server) => server.from === from && basename(server.file) === ".mcp.json" && off.has(server.name);
}

/** Contents of the files that hold a client's settings, of those that are there and can be read, the strongest first. */
export function settingsOf(
  from: ClientName,
  surroundings: ClientSurroundings,
): readonly {
  readonly from: ClientName;
  readonly file: string;
  readonly settings: Readonly<Record<string, unknown>>;
}[] {
  const ofServers = (["project", "user"] as const).map((scope) => clientFile(from, scope, surroundings));
  return [...(CLIENTS[from].settings?.(surroundings) ?? []), ...ofServers].flatMap((file) => {
    if (file === undefined) return [];
    try {
      return [{ from, file, settings: new ClientText(from, readText(file)).contents }];
    } catch {
      return [];
    }
  });
}

const namesIn = (list: unknown): readonly unknown[] => (Array.isArray(list) ? list : []);

/** Claude Code keeps servers of one project in its file about the person, by the folder of the project. */
function projectServers(
  contents: Readonly<Record<string, unknown>>,
  folder: string,
): Readonly<Record<string, unknown>> {
  const { projects } = contents;
  const project = isRecord(projects) ? projects[folder] : undefined;
  const servers = isRecord(project) ? project["mcpServers"] : undefined;
  return isRecord(servers) ? servers : {};
}

function inTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item: unknown) => inTexts(item, change));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, inTexts(member, change)]));
}

function readContents(file: string): Buffer | undefined {
  try {
    return readBytes(file);
  } catch (thrown) {
    if (thrown instanceof Error && "code" in thrown && (thrown.code === "ENOENT" || thrown.code === "ENOTDIR"))
      return undefined;
    throw new CodemodeError("config_error", "it cannot be read.");
  }
}
