import { firstLine } from "../../catalog/brief.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { ListedContent } from "../../sources/content-lists.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";

/** Resources and prompts that fit a search; each list only where something does. */
interface FoundContent {
  readonly resources?: readonly FoundItemOf<"uri">[];
  readonly prompts?: readonly FoundItemOf<never>[];
}

type FoundItemOf<Key extends string> = Readonly<Record<Key | "server" | "name", string>> & {
  readonly description?: string;
};

/** Most items of one kind, and the longest wait for lists that are not known yet. */
const MOST_ITEMS = 5;
const WAIT_MS = 500;
const DESCRIPTION_CHARACTERS = 200;

/** Ranks the resources and prompts of the servers against a few words, as tools are ranked. */
export async function findContent(
  registry: ToolRegistry,
  query: string,
  server: string | undefined,
): Promise<FoundContent> {
  if (query.trim() === "") return {};
  const [resources, prompts] = await Promise.all([
    registry.content.list("resources/list", WAIT_MS),
    registry.content.list("prompts/list", WAIT_MS),
  ]);
  const name = server === undefined ? undefined : (registry.catalog().server(server)?.name ?? server);
  const isAsked = (listed: ListedContent): boolean => name === undefined || listed.server === name;
  const found = rank(resources.filter(isAsked), query);
  const fitting = rank(prompts.filter(isAsked), query);
  return {
    ...(found.length === 0
      ? {}
      : { resources: found.map((listed) => Object.assign(describe(listed), { uri: textOf(listed, "uri") })) }),
    ...(fitting.length === 0 ? {} : { prompts: fitting.map(describe) }),
  };
}

/** What was found as text for a model, with the call that reads it; empty where nothing was. */
export function showContent({ resources = [], prompts = [] }: FoundContent): string {
  const lineOf = (
    { name, description }: { readonly name: string; readonly description?: string },
    call: string,
  ): string => `${firstLine(name)}${description === undefined ? "" : `: ${description}`}\n  ${call}`;
  const quote = (value: string): string => JSON.stringify(value);
  const shown = [
    ...resources.map((item) => lineOf(item, `await readResource(${quote(item.server)}, ${quote(item.uri)})`)),
    ...prompts.map((item) => lineOf(item, `await getPrompt(${quote(item.server)}, ${quote(item.name)}, { … })`)),
  ];
  if (shown.length === 0) return "";
  return `\n\nResources and prompts, from a program that imports readResource or getPrompt from "codemode":\n${shown.join("\n")}`;
}

function rank(listed: readonly ListedContent[], query: string): readonly ListedContent[] {
  if (listed.length === 0) return [];
  const entries = listed.map((each, index) => ({
    name: `${each.server}__${index}`,
    serverName: each.server,
    toolName: String(index),
    title: textOf(each, "title"),
    description: ["name", "title", "description", "uri"].map((key) => textOf(each, key)).join(" "),
    inputSchema: {},
  }));
  const { tools, isWeak = false } = createToolCatalog(entries).search(query, { limit: MOST_ITEMS });
  if (isWeak) return [];
  return tools.flatMap(({ toolName }) => listed[Number(toolName)] ?? []);
}

function describe(listed: ListedContent): FoundItemOf<never> {
  const description = firstLine(textOf(listed, "description")).slice(0, DESCRIPTION_CHARACTERS);
  const name = textOf(listed, "name");
  return { server: listed.server, name, ...(description === "" ? {} : { description }) };
}

function textOf({ item }: ListedContent, key: string): string {
  const value = item[key];
  return typeof value === "string" ? value : "";
}
