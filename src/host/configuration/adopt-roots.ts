import { isSchemaObject } from "../../schema/json-schema.ts";

/** Keys under which clients keep their map of servers; ours comes first and wins. */
const ROOTS = ["mcpServers", "servers", "mcp", "mcp_servers", "context_servers"];

/** Questions of an editor to a person; variables of the environment answer them here. */
const LEFT_OUT = new Set([...ROOTS, "inputs"]);

/**
 * A configuration with its servers in `mcpServers`, wherever a client's own file keeps them, as a map or as a list of
 * entries with names. Everything else stays unchanged.
 */
export function adoptRoots(value: unknown): unknown {
  if (!isSchemaObject(value)) return value;
  const maps = ROOTS.filter((root) => Object.hasOwn(value, root)).map((root) => toMap(value[root]));
  // A value that is not a map is left to the check, which names the place.
  if (maps.includes(undefined)) return value;
  const rest = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key));
  const servers = maps.reverse().flatMap((map) => Object.entries(map ?? {}));
  return Object.fromEntries(maps.length === 0 ? rest : [["mcpServers", Object.fromEntries(servers)], ...rest]);
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
    if (!isSchemaObject(entry) || typeof entry["name"] !== "string") return undefined;
    const { name, ...rest } = entry;
    return [name, rest];
  });
  return named.every((entry) => entry !== undefined) ? Object.fromEntries(named) : undefined;
}
