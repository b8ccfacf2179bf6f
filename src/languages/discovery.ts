import { beginningOf } from "../base/bound-text.ts";
import { defined } from "../base/defined.ts";
import type { Catalog, SearchOptions } from "../catalog/catalog.ts";
import { escapeInvisible, firstLine, ownFirstLine } from "../catalog/brief.ts";
import type { EmbeddedResult, EmbeddedSearch } from "../catalog/search/embedded-search.ts";
import { inTurn } from "../base/in-turn.ts";
import { catalogText, type CatalogTextOptions } from "../catalog/catalog-text.ts";
import type { ToolAnnotations, ToolEntry } from "../catalog/tool.ts";
import { unknownName } from "../catalog/unknown-name.ts";
import type { JsonSchema } from "../schema/json-schema.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import { exampleCall } from "./calls/example-call.ts";
import { emittersFor } from "./language-emitters.ts";
import { signatureOf } from "./calls/tool-signature.ts";

/** A tool as a search shows it. */
export interface FoundTool {
  /** Full name, `server__tool`. */
  readonly name: string;
  readonly server: string;
  /** First line of the description. */
  readonly description: string;
  /** One-line typed signature. */
  readonly signature: string;
  /** Two lines that import and call it, made from its schema and examples; only where they surely fit. */
  readonly example?: string;
  readonly score: number;
}

/** Result of a search. */
export interface FoundTools {
  readonly tools: readonly FoundTool[];
  readonly total: number;
  readonly hasMore: boolean;
  /** Present when no tool has any of the words: these are only near in meaning. */
  readonly isWeak?: true;
  /** What is to be said about the ranking: that the host's embedder failed. */
  readonly note?: string;
}

/** Level of detail about a tool. */
export type DetailLevel = "brief" | "signature" | "full";

/** Everything known about a tool, in one guest language. */
export interface ToolDetails {
  readonly name: string;
  readonly server: string;
  readonly description: string;
  readonly inputSchema: JsonSchema;
  readonly outputSchema?: JsonSchema;
  /** What results looked like so far, of a tool that declares no output schema. */
  readonly observed?: { readonly calls: number; readonly schema: JsonSchema };
  readonly inputExamples?: readonly unknown[];
  readonly annotations?: ToolAnnotations;
  /** Brief line, signature or whole declaration, by the level asked for. */
  readonly declaration: string;
  /** The line that imports it in guest code. */
  readonly import: string;
}

/** Settings of a search. */
export interface ToolSearch extends SearchOptions {
  /** Language of the signatures. @default "typescript" */
  readonly language?: GuestLanguage;
  /** Search with the embedder of the host. @default the search of the catalog alone */
  readonly embedded?: EmbeddedSearch | undefined;
}

/** Ranks tools and shows each with its signature. Limit 10 by default. A server that does not exist throws `unknown_tool`. */
export async function findTools(catalog: Catalog, query: string, options: ToolSearch = {}): Promise<FoundTools> {
  const { language = "typescript", server, embedded } = options;
  if (server !== undefined && catalog.server(server) === undefined)
    throw unknownName(catalog, { kind: "server", name: server });
  await catalog.prepareSearch();
  const result: EmbeddedResult =
    embedded === undefined
      ? await inTurn(() => catalog.search(query, options))
      : await embedded.search(catalog, query, options);
  const { tools, ...figures } = result;
  const found = tools.map(({ name, serverName, description, score }) =>
    inTurn(() => {
      const entry = catalog.get(name);
      return {
        name,
        server: serverName,
        description: escapeInvisible(entry === undefined ? firstLine(description) : ownFirstLine(entry)),
        signature: entry === undefined ? name : signatureOf(entry, language),
        ...defined({ example: entry && exampleCall(entry, language) }),
        score,
      };
    }),
  );
  return { tools: await Promise.all(found), ...figures };
}

/** Describes one tool. An unknown name throws `unknown_tool` with the names that look like it. */
export function describeTool(
  catalog: Catalog,
  name: string,
  options: { readonly language?: GuestLanguage; readonly detail?: DetailLevel } = {},
): ToolDetails {
  const tool = catalog.get(name);
  if (tool === undefined) throw unknownName(catalog, { kind: "tool", name });
  const emitters = emittersFor(options.language ?? "typescript");
  return {
    name: tool.name,
    server: tool.serverName,
    description: tool.description,
    inputSchema: tool.inputSchema,
    ...optionalFields(tool),
    declaration:
      emitters[options.detail === "full" || options.detail === undefined ? "declaration" : options.detail](tool),
    import: emitters.importLine(tool),
  };
}

/** Longest signature shown in a catalogue; of a longer one only the name is, with where to find the rest. */
const MAX_CATALOG_SIGNATURE = 600;

/** Characters of a description shown beside a signature in a catalogue. */
const MAX_CATALOG_DESCRIPTION = 100;

/**
 * All tools as text for a model, one typed signature a line, as far as the token budget allows; it says whether it is
 * complete. Equal catalogs produce equal bytes. A line has the signature and the first line of the description, or the
 * signature alone.
 */
export function showCatalog(
  catalog: Catalog,
  {
    language = "typescript",
    withDescriptions = true,
    ...options
  }: Omit<CatalogTextOptions, "line"> & { readonly language?: GuestLanguage; readonly withDescriptions?: boolean },
): string {
  const line = (tool: ToolEntry): string => catalogLine(tool, { language, withDescriptions });
  return catalogText(catalog, { ...options, line });
}

function catalogLine(
  tool: ToolEntry,
  { language, withDescriptions }: { readonly language: GuestLanguage; readonly withDescriptions: boolean },
): string {
  const signature = signatureOf(tool, language);
  const shown = signature.length <= MAX_CATALOG_SIGNATURE ? signature : `${tool.identifier}(…): see get_tool_details`;
  const description = withDescriptions ? escapeInvisible(ownFirstLine(tool)) : "";
  if (description === "") return shown;
  const isCut = description.length > MAX_CATALOG_DESCRIPTION;
  return `${shown} // ${isCut ? `${beginningOf(description, MAX_CATALOG_DESCRIPTION - 1).trimEnd()}…` : description}`;
}

function optionalFields(
  tool: ToolEntry,
): Pick<ToolDetails, "outputSchema" | "observed" | "inputExamples" | "annotations"> {
  const { outputSchema, observedCalls: calls, inputExamples, annotations } = tool;
  const optional = defined({ inputExamples, annotations });
  if (calls === undefined || outputSchema === undefined) return { ...optional, ...defined({ outputSchema }) };
  return { ...optional, observed: { calls, schema: outputSchema } };
}
