import { jsonBytes } from "../../../base/steps/json-bytes.ts";
import { isSchemaObject, type JsonSchemaObject } from "../../../schema/json-schema.ts";

/** Asks for one page; resolves with the result as it came. A cursor is sent back as it came too. */
export type RequestPage = (cursor: unknown) => Promise<Readonly<Record<string, unknown>>>;

/** Every item of a paged list, as it came. */
export interface RawToolList {
  readonly items: readonly unknown[];
  readonly warnings: readonly string[];
}

/** Bounds of following a list. */
interface ListLimits {
  /** @default 1,000 */
  readonly pages?: number;
  /** @default 50,000 */
  readonly tools?: number;
  /** Bytes of JSON of all pages. @default 64 MB */
  readonly bytes?: number;
  /** Time, by `performance.now()`, to stop with what has been read. */
  readonly until: number;
  /** Field of a page that holds its part of the list. @default "tools" */
  readonly field?: string;
}

/** What stands for the end of a list, here and there. */
const NO_CURSORS: ReadonlySet<unknown> = new Set([undefined, null, "", false, 0]);
const MOST_PAGES = 1_000;
const MOST_TOOLS = 50_000;
const MEGABYTE = 1024 * 1024;
const MOST_BYTES = 64 * MEGABYTE;

/**
 * Walks all pages of a list, by default of tools.
 *
 * A list that has no end, repeats itself or fails on a later page is cut there, with a warning. Throws only when the
 * first page fails.
 */
export async function listAllTools(requestPage: RequestPage, limits: ListLimits): Promise<RawToolList> {
  const { tools = MOST_TOOLS, field = "tools" } = limits;
  const items: unknown[] = [];
  const seen = new Set<string>();
  let cursor: unknown;
  let bytes = 0;
  for (let page = 1; ; page += 1) {
    const result = await nextPage(requestPage, cursor);
    if (typeof result === "string") return { items, warnings: [cut(`page ${page} failed (${result})`)] };
    const listed = listIn(result, field);
    if (listed !== undefined) items.push(...(listed.length > tools ? listed.slice(0, tools) : listed));
    else return { items, warnings: [cut(`page ${page} holds no list of tools`)] };
    const next = result["nextCursor"];
    if (NO_CURSORS.has(next)) return { items, warnings: [] };
    bytes += jsonBytes(result);
    const key = JSON.stringify(next);
    const reason = seen.has(key)
      ? `it repeats itself after page ${page}`
      : limitReached({ page, found: items.length, bytes }, limits);
    if (reason !== undefined) return { items: items.slice(0, tools), warnings: [cut(reason)] };
    seen.add(key);
    cursor = next;
  }
}

/** The list in a page: of a server that knows no pages the whole result, and of some a map by names. */
function listIn(result: JsonSchemaObject, field: string): readonly unknown[] | undefined {
  const listed = result[field] ?? result["toolResult"];
  if (Array.isArray(listed)) return listed;
  const named = isSchemaObject(listed) ? Object.entries(listed) : [];
  if (named.length === 0 || !named.every(([, item]) => isSchemaObject(item))) return undefined;
  return named.map(([name, item]): unknown => Object.assign({ name }, item));
}

function limitReached(
  { page, found, bytes }: { readonly page: number; readonly found: number; readonly bytes: number },
  { pages = MOST_PAGES, tools = MOST_TOOLS, bytes: mostBytes = MOST_BYTES, until }: ListLimits,
): string | undefined {
  if (page >= pages) return `it continues after ${pages} pages`;
  if (found >= tools) return `it has more than ${tools} tools`;
  if (bytes >= mostBytes) return `it has more than ${Math.ceil(mostBytes / MEGABYTE)} MB`;
  return performance.now() >= until ? `it took too long, at page ${page}` : undefined;
}

/** The page, or why it could not be had. */
async function nextPage(requestPage: RequestPage, cursor: unknown): Promise<JsonSchemaObject | string> {
  if (cursor === undefined) return requestPage(cursor);
  try {
    const page = await requestPage(cursor);
    return isSchemaObject(page) ? page : "not an object";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const cut = (reason: string): string => `The list of tools is incomplete: ${reason}.`;
