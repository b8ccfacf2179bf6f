import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineTool } from "codemode";
import type { ToolListing } from "./plain-client.ts";
import type { Task } from "./suite.ts";

/** Sizes of catalogues, in tools. */
export const SIZES = [14, 100, 500, 1_800] as const;

/** A file of tool definitions of servers that others wrote. */
interface Corpus {
  readonly servers: readonly {
    readonly name: string;
    readonly tools: readonly {
      readonly name: string;
      readonly description?: string;
      readonly inputSchema: ToolListing["inputSchema"];
      readonly outputSchema?: Readonly<Record<string, unknown>>;
    }[];
  }[];
}

const FOLDERS = ["../../test/corpora/tools/", "../catalogue/"];
/** Servers that suites start for real; their corpus would be the same tools again. */
const STARTED = /server-(?:filesystem|memory)\.json$/;

/** Tools that fill a catalogue and are never called: definitions of real servers first. */
export function loadFillers(): readonly ToolListing[] {
  const files = FOLDERS.flatMap((folder) => {
    const path = fileURLToPath(new URL(folder, import.meta.url));
    const names = readdirSync(path).filter((name) => name.endsWith(".json") && !STARTED.test(name));
    return names.toSorted().map((name) => `${path}${name}`);
  });
  const taken = new Set<string>();
  return files.flatMap((file) => {
    const { servers } = JSON.parse(readFileSync(file, "utf8")) as Corpus;
    return servers.flatMap(({ name, tools }) => {
      const server = freeName(name, taken);
      return tools.map(({ description = "", ...tool }) => ({ server, description, ...tool }));
    });
  });
}

/** A name of a server that no suite and no other filler has. */
function freeName(name: string, taken: Set<string>): string {
  const plain = `x_${name.replaceAll(/[^A-Za-z0-9]+/g, "_")}`.slice(0, 28);
  let free = plain;
  for (let number = 2; taken.has(free); number += 1) free = `${plain}_${number}`;
  taken.add(free);
  return free;
}

/**
 * The catalogue of a task: the tools it needs, then those of its servers, of its suite, and fillers, up to the size, in
 * the order of the servers. A task that needs more tools than the size gets all it needs.
 */
export function catalogueOf(
  task: Pick<Task, "servers">,
  {
    needs,
    size,
    tools,
  }: { readonly needs: ReadonlySet<string>; readonly size: number; readonly tools: readonly ToolListing[] },
): readonly ToolListing[] {
  const rank = (tool: ToolListing): number =>
    needs.has(fullName(tool)) ? 0 : task.servers.includes(tool.server) ? 1 : tool.server.startsWith("x_") ? 3 : 2;
  const ranked = tools.map((tool, at) => ({ tool, at, rank: rank(tool) }));
  const chosen = ranked.toSorted((a, b) => a.rank - b.rank || a.at - b.at).slice(0, Math.max(size, needs.size));
  return chosen.toSorted((a, b) => a.at - b.at).map(({ tool }) => tool);
}

/** Definitions as functions of their servers, all of which do the same. */
export function asFunctions(
  tools: readonly ToolListing[],
  execute: () => unknown,
): Readonly<Record<string, readonly ReturnType<typeof defineTool>[]>> {
  const functions = new Map<string, ReturnType<typeof defineTool>[]>();
  for (const { server, name, description, inputSchema, outputSchema } of tools) {
    const shapes = outputSchema === undefined ? { inputSchema } : { inputSchema, outputSchema };
    const made = defineTool({ name, description, ...shapes, execute });
    functions.set(server, [...(functions.get(server) ?? []), made]);
  }
  return Object.fromEntries(functions);
}

/** Name of a tool as a model calls it. */
export function fullName({ server, name }: Pick<ToolListing, "server" | "name">): string {
  return `${server}__${name}`;
}
