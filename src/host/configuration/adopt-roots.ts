import { isSchemaObject } from "../../schema/json-schema.ts";

/** Our own key of the map of servers, which most clients use too. */
const OWN_ROOT = "mcpServers";
/** Keys under which other clients keep their map of servers; ours comes first and wins. */
const FOREIGN_ROOTS = [
  "servers",
  "mcp",
  "mcp_servers",
  "context_servers",
  "mcp.servers",
  "amp.mcpServers",
  "extensions",
];

/** Questions of an editor to a person; variables of the environment answer them here. */
const QUESTIONS = "inputs";

/** Members of which an entry of a server has one. */
const REACHED_BY = ["command", "cmd", "url", "serverUrl", "httpUrl", "baseUrl", "uri"];

/** A configuration with its servers where ours has them. */
interface Adopted {
  readonly value: unknown;
  /** The servers stood where only another client keeps them. */
  readonly isForeign: boolean;
}

/**
 * A configuration with its servers in `mcpServers`, wherever a client's own file keeps them, as a map or as a list of
 * entries with names. Everything else stays unchanged.
 *
 * @param folder whose own servers are taken too, where a client keeps those of every project in one file
 */
export function adoptRoots(value: unknown, folder = ""): Adopted {
  if (!isSchemaObject(value)) return { value, isForeign: false };
  if (isBareMap(value)) return { value: { [OWN_ROOT]: value }, isForeign: true };
  const foreign = FOREIGN_ROOTS.filter((root) => isMapAt(root, value));
  const roots = [...(Object.hasOwn(value, OWN_ROOT) ? [OWN_ROOT] : []), ...foreign];
  const maps = [projectServers(value, folder), ...roots.map((root) => toMap(value[root]))];
  // A value that is not a map is left to the check, which names the place.
  if (maps.includes(undefined)) return { value, isForeign: false };
  const rest = Object.entries(value).filter(([key]) => !roots.includes(key) && key !== QUESTIONS);
  const servers = maps.reverse().flatMap((map) => Object.entries(map ?? {}));
  const adopted = roots.length === 0 && servers.length === 0 ? [] : [[OWN_ROOT, Object.fromEntries(servers)] as const];
  return { value: Object.fromEntries([...adopted, ...rest]), isForeign: foreign.length > 0 };
}

/** A file that is nothing but servers by their names, as some clients take one. */
function isBareMap(value: Readonly<Record<string, unknown>>): boolean {
  const members = Object.values(value);
  return members.length > 0 && members.every(isEntry);
}

function isEntry(value: unknown): boolean {
  return isSchemaObject(value) && REACHED_BY.some((key) => typeof value[key] === "string" || Array.isArray(value[key]));
}

/**
 * Whether a client's key holds servers. Some of the keys have another meaning to other clients, beside `mcpServers`; then
 * what they hold does not look like servers.
 */
function isMapAt(root: string, value: Readonly<Record<string, unknown>>): boolean {
  if (!Object.hasOwn(value, root)) return false;
  const isSure = !Object.hasOwn(value, OWN_ROOT) && root !== "extensions";
  if (isSure) return true;
  const members = Object.values(toMap(value[root]) ?? {});
  return members.some((member) => isEntry(member) || (isSchemaObject(member) && isEntry(member["command"])));
}

/** The servers of one project in a file that holds those of all. */
function projectServers(
  value: Readonly<Record<string, unknown>>,
  folder: string,
): Readonly<Record<string, unknown>> | undefined {
  const { projects } = value;
  const project = isSchemaObject(projects) && Object.hasOwn(projects, folder) ? projects[folder] : undefined;
  return (isSchemaObject(project) ? toMap(project[OWN_ROOT]) : undefined) ?? {};
}

function toMap(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (Array.isArray(value)) return toNamed(value);
  if (!isSchemaObject(value)) return undefined;
  const { servers } = value;
  // Settings of an editor hold the map one level deeper; a server called "servers" has a command or a url.
  const isDeeper = isSchemaObject(servers) && Object.values(servers).every(isSchemaObject);
  return isDeeper ? servers : value;
}

function toNamed(list: readonly unknown[]): Readonly<Record<string, unknown>> | undefined {
  const named = list.map((entry): readonly [string, unknown] | undefined => {
    const key = isSchemaObject(entry)
      ? ["name", "key", "id"].find((each) => typeof entry[each] === "string")
      : undefined;
    if (!isSchemaObject(entry) || key === undefined) return undefined;
    const { [key]: name, ...rest } = entry;
    return [String(name), rest];
  });
  return named.every((entry) => entry !== undefined) ? Object.fromEntries(named) : undefined;
}
