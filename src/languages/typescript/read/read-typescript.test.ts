import { expect, test } from "vitest";
import type { SkillFunction } from "../../function.ts";
import { readTypescriptSkill } from "./read-typescript.ts";

function entryOf(code: string, name = "f"): SkillFunction {
  const facts = readTypescriptSkill(code, name);
  const found = facts.functions.find(({ exportedAs }) => exportedAs === facts.entry);
  if (found === undefined) throw new Error("no entry");
  return found;
}

/** The schema a type has as the only property of the arguments. */
function schemaOf(type: string, declarations = ""): unknown {
  return entryOf(`${declarations}\nexport function f(args: { value: ${type} }) {}`).inputSchema.properties;
}

test("the first doc comment is the description, and its tags are the tags", () => {
  const facts = readTypescriptSkill(
    `/**\n * Sums numbers.\n *\n * Fast.\n * @tags math, sums\n */\nexport function sum() {}`,
    "sum",
  );
  expect(facts).toMatchObject({ description: "Sums numbers.\n\nFast.", tags: ["math", "sums"], entry: "sum" });
});

test("a doc comment about a type does not describe the skill when the entry has its own", () => {
  const code = "/** Options. */\ninterface O { a: 1 }\n/** Does it. */\nexport function f(o: O) {}";
  expect(readTypescriptSkill(code, "f").description).toBe("Does it.");
});

test.each([
  ["string", { type: "string" }],
  ["number", { type: "number" }],
  ["boolean | null", { anyOf: [{ type: "boolean" }, { type: "null" }] }],
  ["string[]", { type: "array", items: { type: "string" } }],
  ["readonly number[]", { type: "array", items: { type: "number" } }],
  ["Array<{ a: 1 }>", { type: "array", items: { type: "object", properties: { a: { const: 1 } }, required: ["a"] } }],
  ["'a' | 'b' | -1", { enum: ["a", "b", -1] }],
  ["Record<string, number>", { type: "object", additionalProperties: { type: "number" } }],
  ["Record<'x', number>", { type: "object", properties: { x: { type: "number" } }, required: ["x"] }],
  [
    "[string, number?]",
    { type: "array", prefixItems: [{ type: "string" }, { type: "number" }], minItems: 1, items: false, maxItems: 2 },
  ],
  ["Partial<{ a: string }>", { type: "object", properties: { a: { type: "string" } } }],
  ["Pick<{ a: string; b: number }, 'a'>", { type: "object", properties: { a: { type: "string" } }, required: ["a"] }],
  ["Map<string, number>", {}],
  ["keyof string", {}],
  ["unknown", {}],
])("the type %s becomes its schema", (type, schema) => {
  expect(schemaOf(type)).toEqual({ value: schema });
});

test("interfaces, aliases, enums and type parameters of the file are followed", () => {
  const code = `interface Base { id: number }
interface Item<T> extends Base { /** The name. */ name?: T }
type Items = Item<string>[];
enum Mode { Fast = "fast", Slow = "slow" }`;
  const item = { id: { type: "number" }, name: { type: "string", description: "The name." } };
  expect(schemaOf("Items", code)).toEqual({
    value: { type: "array", items: { type: "object", properties: item, required: ["id"] } },
  });
  expect(schemaOf("Mode", code)).toEqual({ value: { enum: ["fast", "slow"] } });
});

test("a type that contains itself ends, and aliases that multiply stay small", () => {
  expect(schemaOf("Tree", "type Tree = { left?: Tree };")).toEqual({
    value: { type: "object", properties: { left: {} } },
  });
  const bomb = Array.from(
    { length: 30 },
    (_, index) => `type T${index} = { a: T${index + 1}; b: T${index + 1} };`,
  ).join("\n");
  expect(JSON.stringify(schemaOf("T0", bomb)).length).toBeLessThan(200_000);
});

test("parameters without an object between them become properties, with defaults and what the doc says", () => {
  const entry = entryOf(`/** D.
 * @param path - where
 * @param depth how deep
 */
export async function f(path: string, depth = 3, tags?: string[], ...rest: number[]): Promise<void> {}`);
  expect(entry).toMatchObject({ calling: "parameters", isAsync: true, outputSchema: { type: "null" } });
  expect(entry.inputSchema).toEqual({
    type: "object",
    properties: {
      path: { type: "string", description: "where" },
      depth: { type: "number", default: 3, description: "how deep" },
      tags: { type: "array", items: { type: "string" } },
      rest: { type: "array", items: { type: "number" } },
    },
    required: ["path"],
    additionalProperties: false,
  });
  expect(entry.parameters.map(({ passing }) => passing)).toEqual(["positional", "positional", "positional", "rest"]);
});

test("one object parameter is the arguments object itself", () => {
  const entry = entryOf(
    "export const f = async ({ a, b = 2 }: { a: string; b?: number }): Promise<{ n: number }> => ({ n: 1 });",
  );
  expect(entry.calling).toBe("object");
  expect(entry.inputSchema).toEqual({
    type: "object",
    properties: { a: { type: "string" }, b: { type: "number", default: 2 } },
    required: ["a"],
    additionalProperties: false,
  });
  expect(entry.outputSchema).toEqual({ type: "object", properties: { n: { type: "number" } }, required: ["n"] });
});

test("plain JavaScript is described by its patterns and doc comments", () => {
  const entry = entryOf(
    "/** @param {string} a - x\n * @param {number} [b] - y */\nexport function f(a, b, { c, d = 'q' } = {}) {}",
  );
  expect(entry.inputSchema).toMatchObject({
    properties: { a: { type: "string" }, b: { type: "number" } },
    required: ["a"],
  });
});

test("the entry is named like the skill, else main, else the only one", () => {
  const code = "export function a() {}\nexport function main() {}";
  expect(readTypescriptSkill(code, "a").entry).toBe("a");
  expect(readTypescriptSkill(code, "x").entry).toBe("main");
  expect(readTypescriptSkill("export default () => 1;", "x").entry).toBe("default");
  expect(readTypescriptSkill("export function a() {}\nexport function b() {}", "x").entry).toBeUndefined();
  expect(readTypescriptSkill("function a() {}\nexport { a as x };", "x").entry).toBe("x");
});

test("what it imports and calls is known without running it", () => {
  const code = `import { read_file as read } from "./generated/mcp/filesystem.ts";
import * as gh from "generated/servers/github";
import { servers } from "generated/servers";
import { other } from "skills/other";
import type { T } from "generated/servers/typed";
export async function f(local: any) {
  await gh.list_issues({}); await servers.slack["post-message"]({}); await mail.send({});
  await callTool("x__y", {}); await runSkill("pdf-tools"); local.z(); Math.max(1);
}`;
  expect(readTypescriptSkill(code, "f").uses).toEqual({
    tools: ["filesystem.read_file", "github.list_issues", "mail.send", "slack.post-message", "x__y"],
    skills: ["other", "pdf_tools"],
  });
});

test("code that does not parse is refused with line and column", () => {
  expect(() => readTypescriptSkill("export function f() {\n  return (1;\n}", "f")).toThrow(
    expect.objectContaining({ code: "syntax_error", details: expect.objectContaining({ line: 2, column: 12 }) }),
  );
});

test("code nested without end is refused, not followed", () => {
  expect(() => readTypescriptSkill(`export const x = ${"(".repeat(100_000)}`, "f")).toThrow(
    expect.objectContaining({ code: "syntax_error" }),
  );
  const fact = readTypescriptSkill(`export function f(x: ${"{ a: ".repeat(100)}string${" }".repeat(100)}) {}`, "f");
  expect(fact.entry).toBe("f");
});

test.each([
  ["arrows", `${"(x)=>".repeat(20_000)}1`],
  ["bare arrows", `${"x=>".repeat(50_000)}1`],
  ["negations", "!".repeat(200_000)],
  ["branches", `${"if (x) {} else ".repeat(10_000)}{}`],
  ["sums", "1+".repeat(100_000)],
  ["types", `type T = ${"keyof ".repeat(20_000)}x`],
  ["templates", "`${".repeat(20_000)],
  ["functions", `${"export function a(){}\n".repeat(10_000)}(`],
])("many %s in a row are refused in time", (_what, code) => {
  const startedAt = performance.now();
  expect(() => readTypescriptSkill(code, "f")).toThrow(expect.objectContaining({ code: "syntax_error" }));
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test("property names that mean something to JavaScript are data", () => {
  const properties = schemaOf("{ __proto__: string; constructor: number }");
  expect(JSON.stringify(properties)).toContain('"__proto__":{"type":"string"}');
});
