/**
 * The catalog of tools: names and identifiers, lookup and search. It runs on its own, without servers or a sandbox.
 *
 * @example
 * import { createToolCatalog } from "codemode/catalog";
 *
 * const catalog = createToolCatalog([
 *   { name: "files__read-file", serverName: "files", description: "Reads a file.", inputSchema: { type: "object" } },
 * ]);
 * catalog.search("read a file").tools[0]?.name; // "files__read-file"
 *
 * @module
 */
export { briefLine, escapeInvisible } from "./catalog/brief.ts";
export { catalogText, type CatalogTextOptions } from "./catalog/catalog-text.ts";
export type { Catalog, ListOptions, SearchOptions, SearchResult, ToolMatch, ToolNameList } from "./catalog/catalog.ts";
export { createToolCatalog, type ServerDetails, type ToolCatalogOptions } from "./catalog/create-tool-catalog.ts";
export { createIdentifierMap } from "./catalog/identifiers.ts";
export type { NameKind } from "./catalog/reserved-words.ts";
export type { CatalogServer, ToolAnnotations, ToolDefinition, ToolEntry } from "./catalog/tool.ts";
export type { JsonSchema, JsonSchemaObject } from "./schema/json-schema.ts";
export { type EmbeddedResult, EmbeddedSearch, type Embedder } from "./catalog/search/embedded-search.ts";
