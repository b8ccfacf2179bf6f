import type { Catalog } from "../catalog/catalog.ts";
import { lookupTool } from "../catalog/search/lookup-tool.ts";
import { effectOf } from "../catalog/search/traits.ts";
import { splitTerms } from "../catalog/search/split-terms.ts";
import { isSchemaObject } from "../schema/json-schema.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import { clauseHeads } from "./clause-heads.ts";
import { findTools, type ToolSearch } from "../languages/discovery.ts";

/** Tools that are looked through. */
const MOST_FOUND = 48;
/** Tools that fit best. */
const BEST_FOUND = 10;
/** Tools of the server that fits best, where it has no more. */
const SMALL_SERVER = 25;

/** First and last name of somebody, not at the beginning of a sentence, where any word is written large. */
const FULL_NAME = /(?<=[\w,'’]\s)[A-Z][a-z]+ [A-Z][a-z]+\b/;
/** What is looked for besides where a request names a person, and how many tools of that stand among the best. */
const OF_PERSONS = "find customer contact person";
const MOST_OF_PERSONS = 4;

/** Parameters that want the address of somebody, whom most requests name. */
const WANTS_ADDRESS = /(?:^|_)e?mails?(?:$|_)|(?:^|_)(?:attendee|participant|recipient|invitee)s?(?:$|_)/;
const HAS_ADDRESS = /\S@\S/;
/** What is looked for besides where a tool wants an address and a request has none. */
const OF_ADDRESSES = "find the email address of a person by name";
const MOST_OF_ADDRESSES = 4;

/** Tools that are looked at for the beginning of each clause. */
const FOUND_BY_HEAD = 2;

/** Tools that may be what a request needs. Those that change something are each followed by the one that finds it. */
interface FittingTools {
  readonly best: readonly ToolEntry[];
  /** Those that do what a clause says first, such as a sum: the words of what it is applied to fit other tools better. */
  readonly byHead: readonly ToolEntry[];
  /** The tools of the server that fits best, where they are few. */
  readonly ofBestServer: readonly ToolEntry[];
  /** Those that fit less. */
  readonly further: readonly ToolEntry[];
}

/** Finds the tools that fit the words of a request, the best, and those behind them. */
export async function fittingTools(catalog: Catalog, query: string, search: ToolSearch): Promise<FittingTools> {
  const found = await find(catalog, query, search);
  const withLookups = (entries: readonly ToolEntry[]): readonly ToolEntry[] =>
    entries.flatMap((entry) => [entry, lookupTool(entry, catalog.server(entry.serverName)?.tools ?? []) ?? []].flat());
  const best = new Set([
    ...withLookups(found.slice(0, BEST_FOUND)),
    ...(await ofAddresses(catalog, query, { found, search })),
  ]);
  const byHead = (await findByHeads(catalog, query, search)).filter((tool) => !best.has(tool));
  const server = catalog.server(bestServer(found.slice(0, BEST_FOUND)) ?? "")?.tools ?? [];
  const ofBestServer = server.length <= SMALL_SERVER ? server.filter((tool) => !best.has(tool)) : [];
  const further = new Set(withLookups(found.slice(BEST_FOUND)).filter((tool) => !best.has(tool)));
  return { best: [...best], byHead, ofBestServer, further: [...further] };
}

async function find(catalog: Catalog, query: string, search: ToolSearch): Promise<readonly ToolEntry[]> {
  const { tools } = await findTools(catalog, query, { ...search, limit: MOST_FOUND });
  const namesPerson = FULL_NAME.test(query);
  const ofPersons = namesPerson
    ? await findTools(catalog, OF_PERSONS, { ...search, limit: MOST_OF_PERSONS })
    : undefined;
  const place = BEST_FOUND - MOST_OF_PERSONS;
  const inOrder = [...tools.slice(0, place), ...(ofPersons?.tools ?? []), ...tools.slice(place)];
  return [...new Set(inOrder.map(({ name }) => name))].flatMap((name) => catalog.get(name) ?? []);
}

async function findByHeads(catalog: Catalog, query: string, search: ToolSearch): Promise<readonly ToolEntry[]> {
  const found: ToolEntry[] = [];
  for (const head of clauseHeads(query)) {
    const { tools } = await findTools(catalog, head, { ...search, limit: FOUND_BY_HEAD });
    found.push(...tools.flatMap(({ name }) => catalog.get(name) ?? []));
  }
  return found;
}

/** The tool that finds addresses, where a tool that was found wants one. */
async function ofAddresses(
  catalog: Catalog,
  query: string,
  { found, search }: { readonly found: readonly ToolEntry[]; readonly search: ToolSearch },
): Promise<readonly ToolEntry[]> {
  if (HAS_ADDRESS.test(query) || !found.some(wantsAddress)) return [];
  const { tools } = await findTools(catalog, OF_ADDRESSES, { ...search, limit: MOST_OF_ADDRESSES });
  const entries = tools.flatMap(({ name }) => catalog.get(name) ?? []);
  return entries.filter((entry) => effectOf(entry) === "reads").slice(0, 1);
}

function wantsAddress({ inputSchema }: ToolEntry): boolean {
  const properties =
    isSchemaObject(inputSchema) && isSchemaObject(inputSchema.properties) ? inputSchema.properties : {};
  return Object.keys(properties).some((name) => WANTS_ADDRESS.test(splitTerms(name).join("_")));
}

/** The server whose tools stand in front: the second place counts half as much as the first, the third a third. */
function bestServer(tools: readonly ToolEntry[]): string | undefined {
  const weights = new Map<string, number>();
  for (const [at, { serverName }] of tools.entries())
    weights.set(serverName, (weights.get(serverName) ?? 0) + 1 / (at + 1));
  return [...weights].toSorted(([, left], [, right]) => right - left)[0]?.[0];
}
