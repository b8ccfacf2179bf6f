import { expect, test } from "vitest";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import { schemaOf, serverOf } from "../../__fixtures__/corpus.ts";
import { BROKEN_SCHEMAS, HOSTILE_SCHEMAS } from "../../__fixtures__/hostile-schemas.ts";
import { typeCheck } from "../../__fixtures__/tsc.ts";
import { emitGuestLibrary } from "./guest-library.ts";
import { emitServerModule } from "./server-module.ts";
import { emitDeclaration, emitSignature } from "./views.ts";

const LIMIT_BYTES = 64 * 1024;
/** Time of the processor, and generous, since the code is cold; the benchmark holds the emitter to 50 ms. */
const LIMIT_MS = 500;

const schemas: [string, JsonSchema][] = [
  ...Object.entries(HOSTILE_SCHEMAS),
  ...BROKEN_SCHEMAS.map((schema): [string, JsonSchema] => [`broken: ${JSON.stringify(schema)}`, schema]),
];

const serversOf = (schema: JsonSchema) => [
  serverOf({ name: "s", tools: [{ name: "run", inputSchema: schema }] }),
  serverOf({ name: "s", tools: [{ name: "run", inputSchema: { type: "object" }, outputSchema: schema }] }),
];

test.each(schemas)("%s: bindings stay small and come quickly", (_name, schema) => {
  for (const server of serversOf(schema)) {
    const start = process.cpuUsage();
    const { text } = emitServerModule(server);
    const views = server.tools.flatMap((entry) => [emitDeclaration(entry), emitSignature(entry)]);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(LIMIT_MS);
    for (const each of [text, ...views]) expect(Buffer.byteLength(each)).toBeLessThanOrEqual(LIMIT_BYTES);
  }
});

test("bindings of hostile and broken schemas type-check", async () => {
  const files = new Map([["guest.d.ts", emitGuestLibrary()]]);
  for (const [index, server] of schemas.flatMap(([, schema]) => serversOf(schema)).entries()) {
    files.set(`m${index}.ts`, emitServerModule(server).text);
    for (const entry of server.tools) files.set(`d${index}.ts`, `${emitDeclaration(entry)}\nexport {};`);
  }
  expect(await typeCheck(files)).toEqual([]);
});

test("a description of a megabyte is cut, and what is missing is counted", () => {
  const description = "word ".repeat(200_000);
  const { text } = emitServerModule(serverOf({ name: "s", tools: [{ name: "run", description, inputSchema: {} }] }));
  expect(Buffer.byteLength(text)).toBeLessThan(10_000);
  expect(text).toMatch(/… \(\d+ more characters\)/);
});

test("one tool that cannot be expressed leaves the others as they are, and says so", () => {
  const good = { name: "good", inputSchema: { type: "object", properties: { a: { type: "string" } } } };
  const bad = { name: "bad", inputSchema: schemaOf(null) };
  const { text, problems } = emitServerModule(serverOf({ name: "s", tools: [bad, good] }));
  expect(text).toContain("a?: string;");
  expect(text).toContain("export declare function bad(args?: { [key: string]: unknown }");
  expect(problems).toEqual(["s__bad: Input: Part of the schema is not a schema."]);
});
