import { defined } from "../base/defined.ts";
import { CHARACTERS_PER_TOKEN } from "../catalog/catalog-text.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { CodeModeExecutor } from "../host/executor.ts";
import { briefSignature } from "../languages/calls/tool-signature.ts";
import type { CatalogServer, ToolEntry } from "../catalog/tool.ts";
import { fittingTools } from "./fitting-tools.ts";

/** Tools that are shown at most because they fit. */
const MOST_TOOLS = 34;
/** Tools of a catalog that may be small enough to be shown whole. */
const MOST_OF_ALL = 40;
/** Characters of a request that are searched for: its end, where what is to be done mostly stands. */
const MAX_REQUEST = 1_000;
/** Characters of the longest signature that is shown whole; longer ones are cut, and stand among the best alone. */
const LONGEST_WHOLE = 180;
/** Characters to which a signature is cut, as far as the parameters that must be given allow. */
const CUT_SIGNATURE = 140;
/** Characters of the longest signature that is shown; a longer one would take the room of several tools. */
const LONGEST_SIGNATURE = 600;
/** Characters of the longest signature that is shown because its server fits best. */
const LONGEST_OF_SERVER = 80;
const TITLE = "Tools that may fit, by search (no type: a string; …: optional ones); search_tools finds others:";
const TITLE_OF_ALL = "All tools known now (no type: a string):";

/**
 * The typed signatures of the tools that fit the words of a request best, as text to put behind that request in the message
 * to the model: it can then write its program at once, and the descriptions of the tools stay the same for every request, so
 * that a prompt cache keeps its value. A tool that changes something comes with the one that finds what to change, one that
 * wants the address of somebody with the one that finds addresses; the two that fit best what a clause says first, before it
 * says of what, come too, and so do the other tools of servers that the conversation has used, since what comes next is
 * often theirs, though the request names it in other words. Parameters and fields without a type are strings, and `…` stands
 * for optional parameters that are left out of a long signature. Where there is room for all tools, all are shown. Empty
 * where there is nothing new to show. What servers say about their tools in words is left out, since it would speak with the
 * voice of the person who asks.
 *
 * It searches in what is known now, and waits for no server.
 *
 * @param options `language` of the signatures, TypeScript by default; `maxTokens`, estimated as a quarter of the
 * characters, 750 by default; and `earlier`, the messages of the person and the programs so far: signatures that stand in it are
 * not shown again, and servers that it calls are in use
 */
export async function toolsForRequest(
  { registry, observed, embedded }: CodeModeExecutor,
  request: string,
  options: { readonly language?: GuestLanguage; readonly maxTokens?: number; readonly earlier?: string } = {},
): Promise<string> {
  const { language = "typescript", maxTokens = 750, earlier = "" } = options;
  const catalog = observed.apply(registry.catalog());
  const query = wordsToFind(request.slice(-MAX_REQUEST));
  if (query.trim() === "") return "";
  const room = maxTokens * CHARACTERS_PER_TOKEN - TITLE.length;
  const shown = linesIn(earlier);
  const toLines = (entries: readonly ToolEntry[]): readonly Line[] =>
    entries.map((entry) => toLine(entry, language, LONGEST_WHOLE));
  const noLongerThan =
    (most: number) =>
    (entry: ToolEntry): boolean =>
      briefSignature(entry, language).length <= most;
  const isNew = ({ title, signature }: Line): boolean => !shown.has(`${title}\n${signature}`);
  const all =
    catalog.tools.length <= MOST_OF_ALL && !catalog.tools.some(isDeferred)
      ? catalog.tools.map((tool) => toLine(tool, language))
      : [];
  if (all.length > 0 && show(all).length <= room) {
    const unseen = all.filter(isNew);
    return withTitle(unseen.length === all.length ? TITLE_OF_ALL : TITLE, show(unseen));
  }
  const found = await fittingTools(catalog, query, { language, ...defined({ embedded }) });
  const best = toLines(found.best).filter(isNew);
  const byHead = toLines(found.byHead.filter(noLongerThan(LONGEST_WHOLE))).filter(isNew);
  const ofServer = toLines(found.ofBestServer.filter(noLongerThan(LONGEST_OF_SERVER)));
  const further = toLines(found.further.filter(noLongerThan(LONGEST_WHOLE)));
  const used = catalog.servers.filter((server) => isCalled(server, earlier)).flatMap((server) => server.tools);
  const behind = distinct([...ofServer, ...further].filter(isNew)).slice(0, Math.max(0, MOST_TOOLS - best.length));
  const lines = [...best, ...byHead, ...toLines(used).filter(isNew), ...behind];
  return withTitle(TITLE, show(lines, room));
}

/** Signature of a tool under the title of its server. */
interface Line {
  readonly title: string;
  readonly signature: string;
}

function toLine(entry: ToolEntry, language: GuestLanguage, longest = LONGEST_SIGNATURE): Line {
  const whole = briefSignature(entry, language);
  const signature = whole.length <= longest ? whole : briefSignature(entry, language, CUT_SIGNATURE);
  const isShort = signature.length <= LONGEST_SIGNATURE;
  const shown = isShort ? signature : `${entry.identifier}(…): see get_tool_details`;
  return { title: `## ${entry.serverIdentifier}`, signature: shown };
}

/** Lines of which each says something else. */
function distinct(lines: readonly Line[]): readonly Line[] {
  return [...new Map(lines.map((line) => [`${line.title}\n${line.signature}`, line])).values()];
}

function isDeferred({ deferLoading }: ToolEntry): boolean {
  return deferLoading;
}

const QUOTED = /(?<!\w)'[^'\n]+'(?!\w)|"[^"\n]+"|“[^”\n]+”/g;
const ADDRESS = /\b\w+:\/\/\S+/g;
/** A path with a folder and an ending, one from the root, or a name with an ending that files have. */
const PATH =
  /(?<![\w.@/-])(?:~?\/[\w.-]+|(?:[\w.-]+\/)+[\w-]+\.\w+|[\w-]+\.(?:csv|docx?|html?|js|json|log|md|pdf|png|py|ts|txt|xlsx?|xml|ya?ml))(?![\w@])/i;
/** A request of fewer words beside those in quotation marks is searched with them. */
const FEWEST_WORDS = 3;

/**
 * Words of a request that say what is to be done: titles and texts in quotation marks are handed on, whatever they are
 * about, and who names a path speaks of a file.
 */
function wordsToFind(request: string): string {
  const own = request.replaceAll(QUOTED, " ");
  const words = own.trim().split(/\s+/).length < FEWEST_WORDS ? request : own;
  return PATH.test(request.replaceAll(ADDRESS, " ")) ? `${words} file` : words;
}

/** Whether a program calls a server. */
function isCalled({ identifier }: CatalogServer, programs: string): boolean {
  return [`${identifier}.`, `servers/${identifier}"`, `servers.${identifier} `].some((call) => programs.includes(call));
}

/** Lines of an earlier text, each with the title of its server before it. */
function linesIn(earlier: string): ReadonlySet<string> {
  let title = "";
  const lines = new Set<string>();
  for (const line of earlier.split("\n")) {
    if (line.startsWith("## ")) title = line;
    else lines.add(`${title}\n${line}`);
  }
  return lines;
}

/** Signatures by their servers, as many as there is room for. */
function show(lines: readonly Line[], room = Number.POSITIVE_INFINITY): string {
  const sections = new Map<string, Set<string>>();
  let left = room;
  for (const { title, signature } of lines) {
    const section = sections.get(title) ?? new Set([title]);
    if (section.has(signature)) continue;
    left -= signature.length + 1 + (section.size === 1 ? title.length + 1 : 0);
    if (left < 0) break;
    sections.set(title, section.add(signature));
  }
  return [...sections.values()].map((section) => [...section].join("\n")).join("\n");
}

function withTitle(title: string, text: string): string {
  return text === "" ? "" : `${title}\n${text}`;
}
