import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { describeTool } from "../../languages/discovery.ts";

const stateDir = mkdtempSync(join(tmpdir(), "observed-"));
afterAll(() => rmSync(stateDir, { recursive: true, force: true }));

let changed = false;

function open(): ReturnType<typeof createCodemode> {
  const find = defineTool({
    name: "find",
    description: "Finds orders.",
    inputSchema: { type: "object", properties: { page: { type: "integer" } } },
    execute: ({ page }) =>
      changed ? { rows: "none" } : { total: 7, orders: [{ id: page ?? 1, customer: "Ann Secret" }] },
  });
  return createCodemode({ tools: { shop: [find] }, stateDir });
}

test("types of results are learned, kept without values, shown, checked and reported when they change", async () => {
  {
    await using codemode = open();
    for (const page of [1, 2, 3]) await codemode.executor.execute(`await shop.find({ page: ${page} })`);
  }
  const kept = readFileSync(join(stateDir, "observed.json"), "utf8");
  expect(kept).toContain("customer");
  expect(kept).not.toContain("Secret");

  await using codemode = open();
  const { executor, registry } = codemode;
  const details = describeTool(executor.observed.apply(registry.catalog()), "shop__find", { detail: "signature" });
  expect(details.declaration).toBe(
    "find(args?: { page?: number }): Promise<{ total: number; orders: { id: number; customer: string }[] }> /* observed in 3 calls */",
  );
  expect(details).toMatchObject({ observed: { calls: 3 } });
  expect(details).not.toHaveProperty("outputSchema");
  const python = describeTool(executor.observed.apply(registry.catalog()), "shop__find", {
    detail: "signature",
    language: "python",
  });
  expect(python.declaration).toContain("# observed in 3 calls");

  const mistyped = await executor.execute("const found = await shop.find({});\nfound.totl ?? found.total");
  expect(mistyped).toMatchObject({ success: true, value: 7 });
  expect(mistyped.notes.join()).toMatch(/Line 2, column 7: Property 'totl' does not exist.*results of earlier calls/);
  // An observed type is too narrow here, and still nothing is refused.
  const other = await executor.execute(
    "const found = await shop.find({});\nawait shop.find({ page: found.missing }); 1",
  );
  expect(other).toMatchObject({ success: true, value: 1 });

  const inPython = await executor.execute(
    'found = await shop.find()\n[order["custmer"] for order in found["orders"] if "x" in order]\nfound.get("totl") or found["total"]',
    { language: "python" },
  );
  expect(inPython).toMatchObject({ success: true, value: 7 });
  expect(inPython.notes.join()).toMatch(
    /Line 2, column 8: no "custmer" was in earlier results of shop__find; they had: id, customer/,
  );

  changed = true;
  const drifted = await executor.execute("await shop.find({})");
  expect(drifted.notes.join()).toContain("result.total is missing; result.orders is missing");
  expect(executor.observed.clear("shop__find")).toBe(1);
  expect(executor.observed.list()).toEqual([]);
}, 150_000);
