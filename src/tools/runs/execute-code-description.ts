import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { isRecord } from "../../base/is-record.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";
import { showServerSizes } from "../server-sizes.ts";
import { FAILED_CALL, helpersSentence, LANGUAGE_GUIDES, NOTHING_ELSE, RULES } from "./program-guide.ts";
import { connectingServers, showTools, type ToolListRoom } from "../tool-list.ts";

const { typescript, python } = LANGUAGE_GUIDES;

/** What follows the opening, the most important first; a reader that keeps little is given the first lines alone. */
const guideAfter = (discovery: string): readonly string[] => [
  `${discovery} ${RULES.returnLittle} ${RULES.parallel}`,
  `${typescript.title}: ${typescript.syntax}`,
  `${python.title}: ${python.syntax}`,
  `${FAILED_CALL} ${helpersSentence(["typescript", "python"])} ${NOTHING_ELSE}`,
];

/** The same for an agent that puts signatures beside each request. */
const BRIEF_GUIDE: readonly string[] = [
  `${RULES.searchFirst} ${RULES.returnLittle} The value is the last expression. ${RULES.parallel} (\`${typescript.parallel}\`)`,
  'Python takes `language: "python"`: `from generated.servers.filesystem import read_file`, then `await read_file(path=p)`.',
  `${FAILED_CALL} ${helpersSentence(["typescript"])} ${NOTHING_ELSE}`,
];

/**
 * What a reader that keeps little is given first. Where such a reader hides tools behind a search over their descriptions,
 * other tools that name this one come before it unless it names itself as often.
 */
const IN_BRIEF =
  'execute_code takes TypeScript; with `language: "python"` execute_code takes Python. What the servers above can do is done by execute_code.';
/** Characters of a description that are little. */
const LITTLE = 1_000;

/** Room that is kept for the line that says how many tools there are. */
const LIST_LINE = 120;

/** Characters of the first line: some clients show no more. */
const FIRST_LINE = 160;

const descriptions = new WeakMap<Catalog, Map<string, string>>();

/**
 * Description of `execute_code` for a model. First the servers by name and size, the rules with one call, and how to
 * search, which stand alone; then as many tools as the token budget and `characters` allow. The same tools produce the
 * same bytes.
 *
 * @param room of which `characters` is what the reader keeps of all of it; the list of tools says COMPLETE only when it
 * is all within that. With no `catalogTokens` left there is no list; with `isListed` false it stands elsewhere, as
 * {@link listedTools}
 */
export function executeCodeDescription(
  registry: ToolRegistry,
  { isListed = true, ...room }: ToolListRoom & { readonly isListed?: boolean } = {},
): string {
  const { characters = Number.POSITIVE_INFINITY, catalogTokens } = room;
  const catalog = registry.catalog();
  const connecting = connectingServers(registry);
  const key = JSON.stringify([connecting, characters, catalogTokens, isListed]);
  const known = descriptions.get(catalog) ?? new Map<string, string>();
  descriptions.set(catalog, known);
  const before = known.get(key);
  if (before !== undefined) return before;
  const list = isListed ? "the list of tools below" : "the list of tools at its parameter code";
  const lines = catalogTokens === 0 ? BRIEF_GUIDE : guideAfter(RULES.discoverOnce(list));
  const first = characters <= LITTLE ? `${opening(catalog, connecting)}\n${IN_BRIEF}` : opening(catalog, connecting);
  const guide = withGuide([first, ...lines], characters - (isListed ? LIST_LINE : 0));
  const head = `${guide}\n\n`;
  const left = { ...room, characters: characters - head.length };
  const hasList = isListed && catalogTokens !== 0;
  const description = hasList ? head + showTools(catalog, { connecting, ...left }) : guide;
  known.set(key, description);
  return description;
}

/** The list of tools by itself, and after it how programs are written as far as there is room. */
export function listedTools(registry: ToolRegistry, room: ToolListRoom): string {
  const list = showTools(registry.catalog(), { connecting: connectingServers(registry), ...room });
  const { characters = Number.POSITIVE_INFINITY } = room;
  const [, ...lines] = guideAfter("");
  return lines.reduce((text, line) => (text.length + line.length + 1 <= characters ? `${text}\n${line}` : text), list);
}

/** As many lines as there is room for, of which the first two are always there. */
function withGuide(lines: readonly string[], room: number): string {
  const kept: string[] = [];
  for (const line of lines) {
    if (kept.length > 1 && kept.join("\n").length + line.length > room) break;
    kept.push(line);
  }
  return kept.join("\n");
}

function opening(catalog: Catalog, connecting: readonly string[]): string {
  const sized = catalog.servers
    .filter(({ tools }) => tools.length > 0)
    .map(({ name, tools }) => ({ name, tools: tools.length }));
  const named = new Set(sized.map(({ name }) => name));
  const servers = [...sized, ...connecting.filter((name) => !named.has(name)).map((name) => ({ name }))];
  const sorted = servers.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const call = exampleCall(catalog.tools.filter(({ deferLoading }) => !deferLoading));
  return `${showServerSizes("Executes code: one program that calls tools of", sorted, FIRST_LINE)}
${RULES.wholeJob} A tool is a function of its server:
\`\`\`ts
const result = ${call};
\`\`\``;
}

/** A call of one tool, with its required parameters: of those with parameters, the one whose call is shortest. */
function exampleCall(tools: readonly ToolEntry[]): string {
  const calls = tools.flatMap((tool) => {
    const { required, properties } = tool.inputSchema === true || tool.inputSchema === false ? {} : tool.inputSchema;
    if (!Array.isArray(required) || required.length === 0 || !isRecord(properties)) return [];
    const parameters = required.map((name) => `${propertyKey(String(name))}: ${sample(properties[String(name)])}`);
    return [`await ${tool.serverIdentifier}.${tool.identifier}({ ${parameters.join(", ")} })`];
  });
  const [shortest] = calls
    .filter((call) => call.length <= 120)
    .toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1));
  return shortest ?? "await server.tool({ parameter: 1 })";
}

const propertyKey = (name: string): string => (/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name));

const SAMPLES: Readonly<Record<string, string>> = {
  string: '"…"',
  number: "1",
  integer: "1",
  boolean: "true",
  array: "[]",
  object: "{}",
};

function sample(schema: unknown): string {
  const type = isRecord(schema) ? schema["type"] : undefined;
  return (typeof type === "string" ? SAMPLES[type] : undefined) ?? '"…"';
}
