import { afterAll, expect, test } from "vitest";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { CheckContext } from "../program.ts";
import { NO_SKILLS } from "../program.ts";
import { createTypeScriptFrontEnd } from "./typescript-front-end.ts";

const order = {
  name: "shop__order",
  serverName: "shop",
  toolName: "order",
  description: "Orders.",
  inputSchema: { type: "object", properties: { id: { type: "number" } }, required: ["id"] },
};
const catalog = createToolCatalog([order]);
const signal = new AbortController().signal;
const context: CheckContext = { catalog, sessionNames: new Set(), typeCheck: true, signal, skills: NO_SKILLS };
const frontEnd = createTypeScriptFrontEnd();
const check = async (code: string, about: Partial<CheckContext> = {}): Promise<readonly string[] | string> => {
  const program = await frontEnd.prepare(code, signal);
  return program.check({ ...context, ...about }).catch((error: unknown) => String(error));
};
const right = "await shop.order({ id: n }); let n = 1";
const wrong = 'await shop.order({ id: "x" })';

afterAll(() => frontEnd.close());

test("a verdict is remembered for the same program, names and tools, and for no other", async () => {
  const first = await check(wrong);
  expect(first).toContain("cannot take these arguments");
  expect(await check(right)).toEqual(await check(right));
  const other = createToolCatalog([{ ...order, inputSchema: { type: "object" } }]);
  expect(await check(wrong, { catalog: other })).toEqual([]);
  expect(await check("await shop.order({ id: later })", { sessionNames: new Set(["later"]) })).toEqual([]);
  expect(await check("await shop.order({ id: later })")).toContain("`later` is not defined");
  // Nothing is left to ask.
  await frontEnd.close();
  expect(await check(wrong)).toBe(first);
  expect(await check('await shop.order({ id: "y" })')).toEqual([expect.stringContaining("Types were not checked")]);
});
