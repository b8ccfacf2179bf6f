import { expect, test } from "vitest";
import { listAllTools, type RequestPage } from "./list-tools.ts";

const forever = Number.POSITIVE_INFINITY;

/** Pages of ten tools each, without an end. */
const endless: RequestPage = (cursor = "0") =>
  Promise.resolve({ tools: Array.from({ length: 10 }, () => ({ name: "t" })), nextCursor: String(Number(cursor) + 1) });

test("all pages are walked", async () => {
  const pages: Record<string, { readonly tools: readonly unknown[]; readonly nextCursor?: string }> = {
    first: { tools: [1, 2], nextCursor: "second" },
    second: { tools: [3], nextCursor: "third" },
    third: { tools: [] },
  };
  const list = await listAllTools((cursor = "first") => Promise.resolve(pages[String(cursor)] ?? {}), {
    until: forever,
  });
  expect(list).toEqual({ items: [1, 2, 3], warnings: [] });
});

test.each([
  [{ pages: 3, until: forever }, 30, "continues after 3 pages"],
  [{ tools: 25, until: forever }, 25, "more than 25 tools"],
  [{ bytes: 500, until: forever }, 40, "more than 1 MB"],
  [{ until: 0 }, 10, "took too long"],
])("a list past %j is cut with a warning", async (limits, count, reason) => {
  const { items, warnings } = await listAllTools(endless, limits);
  expect(items).toHaveLength(count);
  expect(warnings).toEqual([expect.stringContaining(reason)]);
});

test("a later page that fails costs only itself, a first page that fails is thrown", async () => {
  const request: RequestPage = (cursor) =>
    cursor === undefined ? endless(cursor) : Promise.reject(new Error("page lost"));
  const { items, warnings } = await listAllTools(request, { until: forever });
  expect(items).toHaveLength(10);
  expect(warnings).toEqual([expect.stringContaining("page 2 failed (page lost)")]);
  await expect(listAllTools(() => Promise.reject(new Error("down")), { until: forever })).rejects.toThrow("down");
});

test("a page that holds no list is told", async () => {
  const { items, warnings } = await listAllTools(() => Promise.resolve({ tools: "none" }), { until: forever });
  expect({ items, warnings }).toEqual({ items: [], warnings: [expect.stringContaining("page 1 holds no list")] });
});
