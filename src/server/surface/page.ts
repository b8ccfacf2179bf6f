import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

/** One page of a list, and the cursor of the next. */
export interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

/** Items of one page: few clients have more, and some read the first page alone. */
const PAGE_SIZE = 200;

/**
 * Cuts a page out of a list. A cursor is the key of the last item before it, so that items that come and go elsewhere
 * change nothing. Throws an error of the protocol for a cursor that is not one of this list.
 */
export function pageOf<Item>(all: readonly Item[], keyOf: (item: Item) => string, cursor?: string): Page<Item> {
  const start = cursor === undefined ? 0 : all.findIndex((item) => toCursor(keyOf(item)) === cursor) + 1;
  if (cursor !== undefined && start === 0) {
    throw new ProtocolError(
      ProtocolErrorCode.InvalidParams,
      "The cursor is not one of this list (any more); list anew.",
    );
  }
  const items = all.slice(start, start + PAGE_SIZE);
  const last = items.at(-1);
  const isEnd = last === undefined || start + items.length >= all.length;
  return isEnd ? { items } : { items, nextCursor: toCursor(keyOf(last)) };
}

function toCursor(key: string): string {
  return Buffer.from(key).toString("base64url");
}
