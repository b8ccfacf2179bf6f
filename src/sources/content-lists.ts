import { isRecord } from "../base/is-record.ts";
import { settleWithin } from "../base/deadline.ts";
import { measureJson } from "./mcp/call/measure-json.ts";
import { LIST_FIELDS, type ToolSource } from "./source.ts";

/** Something that a server has beside tools, as the server lists it. */
export interface ListedContent {
  /** Name of the server. */
  readonly server: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** The request that lists one kind of content. */
export type ListedKind = "resources/list" | "resources/templates/list" | "prompts/list";

interface KnownList {
  readonly at: number;
  readonly items: Promise<readonly ListedContent[]>;
}

/** Age at which a list is asked for again: not every server announces what has changed. */
const FRESH_MS = 30_000;
/** The others are listed without a server that takes longer. */
const LIST_MS = 2_000;

/** Lists of the resources, templates and prompts of all servers, asked for when they are needed and kept for a while. */
export class ContentLists {
  readonly #sources: () => Iterable<ToolSource>;
  readonly #known = new WeakMap<ToolSource, Map<ListedKind, KnownList>>();

  constructor(sources: () => Iterable<ToolSource>) {
    this.#sources = sources;
  }

  /**
   * What all servers that are connected list. A server that fails is left out, and one that is late. Never rejects.
   *
   * @param withinMs time that one server may take
   */
  async list(method: ListedKind, withinMs: number = LIST_MS): Promise<readonly ListedContent[]> {
    const usable = [...this.#sources()].filter((source) => ["ready", "idle"].includes(source.snapshot().status));
    const found = usable.map((source) => this.#listOf(source, method));
    const lists: (readonly ListedContent[])[] = found.map(() => []);
    const waits = found.map(async (list, index) => {
      lists[index] = await list;
    });
    await Promise.all(waits.map((wait) => settleWithin(wait, withinMs)));
    return lists.flat();
  }

  /** Asks a server again the next time. */
  forget(source: ToolSource): void {
    this.#known.delete(source);
  }

  #listOf(source: ToolSource, method: ListedKind): Promise<readonly ListedContent[]> {
    const lists = this.#known.get(source) ?? new Map<ListedKind, KnownList>();
    this.#known.set(source, lists);
    const known = lists.get(method);
    if (known !== undefined && performance.now() - known.at < FRESH_MS) return known.items;
    const items = ask(source, method);
    lists.set(method, { at: performance.now(), items });
    items.catch(() => lists.delete(method));
    return items;
  }
}

async function ask(source: ToolSource, method: ListedKind): Promise<readonly ListedContent[]> {
  const listed = (await source.ask?.({ method }))?.[LIST_FIELDS[method]];
  const items = Array.isArray(listed) ? listed.filter(isRecord) : [];
  return items.map((item) => ({ server: source.name, item: handy(item) }));
}

/** Bounds of one item, which every list holds. */
const MOST_LEVELS = 64;
const MOST_CHARACTERS = 64 * 1024;

/** An item without those of its members that would make a list too long to be read, or too deep to be written. */
function handy(item: ListedContent["item"]): ListedContent["item"] {
  const fits = (value: unknown): boolean => measureJson(value, MOST_LEVELS, MOST_CHARACTERS).fits;
  return fits(item) ? item : Object.fromEntries(Object.entries(item).filter(([, member]) => fits(member)));
}
