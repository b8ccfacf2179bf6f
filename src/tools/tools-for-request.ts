import { defined } from "../base/defined.ts";
import { CHARACTERS_PER_TOKEN } from "../catalog/catalog-text.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { findTools } from "../languages/discovery.ts";
import { signatureOf } from "../languages/calls/tool-signature.ts";
import type { CatalogServer } from "../catalog/tool.ts";

/** Tools that are shown at most. */
const MOST_TOOLS = 12;
/** Characters of a request that are searched for: its end, where what is to be done mostly stands. */
const MAX_REQUEST = 1_000;
const TITLE = "Tools that may fit, by search; search_tools finds others:";

/**
 * The typed signatures of the tools that fit the words of a request best, as text to put behind that request in the message
 * to the model: it can then write its program at once, and the descriptions of the tools stay the same for every request, so
 * that a prompt cache keeps its value. Behind those stand the other tools of servers that the conversation has used, since what
 * comes next is often theirs, though the request names it in other words. Empty where there is nothing new to show. What servers
 * say about their tools in words is left out, since it would speak with the voice of the person who asks.
 *
 * It searches in what is known now, and waits for no server.
 *
 * @param options `language` of the signatures, TypeScript by default; `maxTokens`, estimated as a quarter of the
 * characters, 800 by default; and `earlier`, the messages of the person and the programs so far: signatures that stand in it are
 * not shown again, and servers that it calls are in use
 */
export async function toolsForRequest(
  { registry, observed, embedded }: CodeModeExecutor,
  request: string,
  options: { readonly language?: GuestLanguage; readonly maxTokens?: number; readonly earlier?: string } = {},
): Promise<string> {
  const { language = "typescript", maxTokens = 800, earlier = "" } = options;
  const catalog = observed.apply(registry.catalog());
  const query = request.slice(-MAX_REQUEST);
  if (query.trim() === "") return "";
  const { tools } = await findTools(catalog, query, { language, limit: MOST_TOOLS, ...defined({ embedded }) });
  const found = tools.flatMap(({ name }) => catalog.get(name) ?? []);
  const used = catalog.servers.filter((server) => isCalled(server, earlier)).flatMap((server) => server.tools);
  const shown = signaturesIn(earlier);
  const unseen = [...new Map([...found, ...used].map((entry) => [entry.name, entry])).values()]
    .map((entry) => ({ title: `## ${entry.serverIdentifier}`, signature: signatureOf(entry, language) }))
    .filter(({ title, signature }) => !shown.has(`${title}\n${signature}`));
  const sections = sectionsWithin(unseen, maxTokens * CHARACTERS_PER_TOKEN - TITLE.length);
  const texts = [...sections].map(([title, signatures]) => `${title}\n${signatures.join("\n")}`);
  return texts.length === 0 ? "" : `${TITLE}\n${texts.join("\n")}`;
}

/** Whether a program calls a server. */
function isCalled({ identifier }: CatalogServer, programs: string): boolean {
  return [`${identifier}.`, `servers/${identifier}"`, `servers.${identifier} `].some((call) => programs.includes(call));
}

/** Lines of an earlier text, each with the title of its server before it. */
function signaturesIn(earlier: string): ReadonlySet<string> {
  let title = "";
  const lines = new Set<string>();
  for (const line of earlier.split("\n")) {
    if (line.startsWith("## ")) title = line;
    else lines.add(`${title}\n${line}`);
  }
  return lines;
}

/** As many signatures as there is room for, by the titles of their servers. */
function sectionsWithin(
  signatures: readonly { readonly title: string; readonly signature: string }[],
  characters: number,
): ReadonlyMap<string, readonly string[]> {
  const sections = new Map<string, string[]>();
  let left = characters;
  for (const { title, signature } of signatures) {
    const section = sections.get(title) ?? [];
    left -= signature.length + 1 + (section.length === 0 ? title.length + 1 : 0);
    if (left < 0) break;
    sections.set(title, [...section, signature]);
  }
  return sections;
}
