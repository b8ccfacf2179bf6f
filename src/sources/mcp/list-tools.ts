import { isSchemaObject, type JsonSchemaObject } from "../../schema/json-schema.ts";

/** Asks for one page; resolves with the result as it came. */
export type RequestPage = (cursor: string | undefined) => Promise<Readonly<Record<string, unknown>>>;

/** Every item of a paged list, as it came. */
export interface RawToolList {
  readonly items: readonly unknown[];
  readonly warnings: readonly string[];
}

/** How far a list is followed. */
export interface ListLimits {
  /** @default 1,000 */
  readonly pages?: number;
  /** @default 50,000 */
  readonly tools?: number;
  /** When, by `performance.now()`, to stop with what there is. */
  readonly until: number;
}

/**
 * Walks all pages of a tool list.
 *
 * A list that has no end, repeats itself or fails on a later page is cut there, with a warning. Throws only when the
 * first page fails.
 */
export async function listAllTools(requestPage: RequestPage, limits: ListLimits): Promise<RawToolList> {
  const { pages = 1_000, tools = 50_000, until } = limits;
  const items: unknown[] = [];
  const seen = new Set<string>();
  let cursor: string | undefined;
  for (let page = 1; ; page += 1) {
    const result = await nextPage(requestPage, cursor);
    if (typeof result === "string") return { items, warnings: [cut(`page ${page} failed (${result})`)] };
    const listed = result["tools"];
    if (Array.isArray(listed)) items.push(...(listed.length > tools ? listed.slice(0, tools) : listed));
    else return { items, warnings: [cut(`page ${page} holds no list of tools`)] };
    const next = result["nextCursor"];
    if (typeof next !== "string" || next === "") return { items, warnings: [] };
    if (seen.has(next)) return { items, warnings: [cut(`it repeats itself after page ${page}`)] };
    if (page >= pages) return { items, warnings: [cut(`it goes on after ${pages} pages`)] };
    if (items.length >= tools) return { items: items.slice(0, tools), warnings: [cut(`it has more than ${tools} tools`)] };
    if (performance.now() >= until) return { items, warnings: [cut(`it took too long, at page ${page}`)] };
    seen.add(next);
    cursor = next;
  }
}

/** The page, or why it could not be had. */
async function nextPage(requestPage: RequestPage, cursor: string | undefined): Promise<JsonSchemaObject | string> {
  if (cursor === undefined) return requestPage(cursor);
  try {
    const page = await requestPage(cursor);
    return isSchemaObject(page) ? page : "not an object";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const cut = (reason: string): string => `The list of tools is incomplete: ${reason}.`;
