import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { asType, typeCheck, type Diagnostic } from "../../__fixtures__/tsc.ts";
import { corpusServers, nastyCases, serverOf, suiteGroups } from "../../__fixtures__/corpus.ts";
import { createInstances, createRandom } from "../../__fixtures__/instances.ts";
import { oracleFor } from "../../__fixtures__/oracle.ts";
import { fitsKind } from "../../__fixtures__/fits-kind.ts";
import type { CatalogServer, ToolEntry } from "../../../catalog/tool.ts";
import { createValidator } from "../../../schema/validator.ts";
import { emitGlobals } from "./globals.ts";
import { emitGuestLibrary } from "./guest-library.ts";
import { emitServerModule } from "./server-module.ts";
import { MAX_TOOL_BYTES } from "./tool-text.ts";
import { emitTree } from "./tree.ts";
import { emitDeclaration, emitSignature } from "./views.ts";

const root = fileURLToPath(new URL("../../../..", import.meta.url));
const servers = corpusServers();
const tools = servers.flatMap((server) => server.tools);
const validator = createValidator();
const guest: readonly [string, string] = ["guest.d.ts", emitGuestLibrary()];

test("every tool of the corpus type-checks: one module per server, one per tool, one signature per tool", async () => {
  const files = new Map([guest]);
  for (const server of servers) files.set(`generated/${server.identifier}.ts`, emitServerModule(server).text);
  files.set(
    "globals.d.ts",
    emitGlobals(servers, { specifier: ({ identifier }) => `./generated/${identifier}.ts` }).text,
  );
  for (const entry of tools) {
    const name = `${entry.serverIdentifier}__${entry.identifier}`;
    files.set(`tool/${name}.ts`, `${emitDeclaration(entry)}\nexport {};`);
    files.set(`signature/${name}.ts`, `declare function ${emitSignature(entry)};\nexport {};`);
  }
  expect(tools.length).toBeGreaterThan(800);
  expect(await typeCheck(files)).toEqual([]);
});

test("the tree for programs of one's own type-checks against the package, in a strict project", async () => {
  const tree = [...emitTree(servers, { configFile: "codemode.json" })];
  const files = new Map(tree.map(([path, text]) => [`generated/${path}`, text] as const));
  const options = {
    paths: { codemode: [join(root, "dist/index.d.ts")] },
    typeRoots: [join(root, "node_modules/@types")],
    types: ["node"],
    skipLibCheck: true,
    exactOptionalPropertyTypes: true,
  };
  expect(await typeCheck(files, options)).toEqual([]);
});

test("no valid arguments of a corpus tool are refused by its type", async () => {
  const random = createRandom(20_260_101);
  const files = new Map([guest]);
  let instances = 0;
  for (const server of servers) {
    const lines = [emitServerModule(server).text];
    for (const entry of server.tools) {
      const values = validInstances(entry, random);
      instances += values.length;
      lines.push(
        ...values.map((value) => `null! as ${asType(value)} satisfies Parameters<typeof ${entry.identifier}>[0];`),
      );
    }
    files.set(`${server.identifier}.ts`, lines.join("\n"));
  }
  expect(instances).toBeGreaterThan(3000);
  expect(await typeCheck(files)).toEqual([]);
});

/** Up to five different random arguments that the schema allows, by a validator that has nothing to do with the emitter. */
function validInstances(entry: ToolEntry, random: () => number): unknown[] {
  const make = createInstances(entry.inputSchema, random);
  const isValid = oracleFor(entry.inputSchema) ?? ((value) => validator.validate(entry.inputSchema, value).ok);
  const found = new Map<string, unknown>();
  for (let attempt = 0; attempt < 24 && found.size < 5; attempt++) {
    const value = make();
    if (isValid(value)) found.set(JSON.stringify(value), value);
  }
  return [...found.values()];
}

/** Files of the suite about what a type can say; the others are about numbers, lengths, patterns and exclusions. */
const STRUCTURAL = new Set(
  "additionalItems additionalProperties allOf anchor anyOf boolean_schema const definitions defs enum infinite-loop-detection items oneOf prefixItems properties ref required type".split(
    " ",
  ),
);

test("the types of the schema suite accept all that is valid and refuse 85 % of what is not", async () => {
  const cases = suiteGroups().flatMap((group, index) => {
    const server = serverOf({ name: "suite", tools: [{ name: "run", inputSchema: {}, outputSchema: group.schema }] });
    const usable = group.tests.filter(({ valid, data }) =>
      valid ? fitsKind(group.schema, data) : STRUCTURAL.has(group.file),
    );
    return [{ file: `g${index}.ts`, server, group, usable }];
  });
  const { refused, accepted } = await judge(
    cases.map(({ file, server, usable }) => ({ file, server, type: "Awaited<ReturnType<typeof run>>", cases: usable })),
  );
  expect(refused.filter(({ valid }) => valid)).toEqual([]);
  const caught = refused.filter(({ valid }) => !valid).length;
  const missed = accepted.filter(({ valid }) => !valid).length;
  expect(caught + missed).toBeGreaterThan(480);
  expect(caught / (caught + missed)).toBeGreaterThanOrEqual(0.85);
  expect(accepted.filter(({ valid }) => valid).length).toBeGreaterThan(1200);
});

test("every nasty case is typed right: valid arguments pass, invalid ones do not", async () => {
  const modules = nastyCases().map((nasty, index) => ({
    file: `n${index}.ts`,
    server: serverOf({ name: nasty.name, tools: [{ name: "run", inputSchema: nasty.schema }] }),
    type: "Parameters<typeof run>[0]",
    cases: [
      ...nasty.valid.map((data) => ({ data, valid: true, name: nasty.name })),
      ...nasty.invalid.map((data) => ({ data, valid: false, name: nasty.name })),
    ],
  }));
  const { refused, accepted } = await judge(modules);
  expect(refused.filter(({ valid }) => valid)).toEqual([]);
  expect(accepted.filter(({ valid }) => !valid)).toEqual([]);
});

test("every tool is small, and a thousand tools take less than two seconds", () => {
  const start = process.cpuUsage();
  const fresh = corpusServers();
  for (const server of fresh) {
    expect(Buffer.byteLength(emitServerModule(server).text)).toBeLessThanOrEqual(server.tools.length * MAX_TOOL_BYTES);
    for (const entry of server.tools) {
      for (const text of [emitDeclaration(entry), emitSignature(entry)]) {
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_TOOL_BYTES);
      }
    }
  }
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1000 / tools.length).toBeLessThan(2);
});

test("a module is the same text every time", () => {
  const again = corpusServers();
  expect(again.map((server) => emitServerModule(server).text)).toEqual(
    servers.map((server) => emitServerModule(server).text),
  );
});

interface Case {
  readonly data: unknown;
  readonly valid: boolean;
}

interface Module<C extends Case> {
  readonly file: string;
  readonly server: CatalogServer;
  readonly type: string;
  readonly cases: readonly C[];
}

/** Lets the compiler say which values fit a type: valid ones as types, invalid ones as literals. */
async function judge<C extends Case>(modules: readonly Module<C>[]): Promise<{ refused: C[]; accepted: C[] }> {
  const files = new Map([guest]);
  const places = new Map<string, C>();
  for (const { file, server, type, cases } of modules) {
    const lines = `${emitServerModule(server).text}type Judged = ${type};`.split("\n");
    for (const each of cases) {
      lines.push(
        each.valid
          ? `null! as ${asType(each.data)} satisfies Judged;`
          : `(${JSON.stringify(each.data)}) satisfies Judged;`,
      );
      places.set(`${file}:${lines.length}`, each);
    }
    files.set(file, lines.join("\n"));
  }
  const problems = await typeCheck(files);
  const placeOf = ({ file, line }: Diagnostic): string => `${file}:${line}`;
  expect(problems.filter((problem) => !places.has(placeOf(problem)))).toEqual([]);
  // TS2559: nothing in common with a type whose properties are all optional; open objects may have that.
  const hits = new Set(
    problems.filter((each) => each.code !== "TS2559" || places.get(placeOf(each))?.valid === false).map(placeOf),
  );
  const all = [...places];
  return {
    refused: all.filter(([place]) => hits.has(place)).map(([, each]) => each),
    accepted: all.filter(([place]) => !hits.has(place)).map(([, each]) => each),
  };
}
