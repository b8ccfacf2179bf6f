import * as fc from "fast-check";
import { expect, test } from "vitest";
import { serverOf } from "../../__fixtures__/corpus.ts";
import { HARMLESS, hostileText, hostileTexts, serverWith, type Texts } from "../../__fixtures__/hostile-text.ts";
import { findMypy, mypy, parsePython } from "../../__fixtures__/python.ts";
import { emitPythonModule } from "./module.ts";
import { emitPythonStub } from "./stub.ts";
import { isPythonKeyword, isPythonName } from "./text.ts";
import { emitPythonTree } from "./tree.ts";
import { emitPythonDeclaration, emitPythonImport, emitPythonSignature } from "./views.ts";

function emitAll(texts: Texts): string[] {
  const server = serverOf(serverWith(texts));
  const views = server.tools.flatMap((entry) => [
    emitPythonDeclaration(entry),
    `async def ${emitPythonSignature(entry)}: ...`,
    emitPythonImport(entry),
  ]);
  const tree = [...emitPythonTree([server])].filter(([path]) => /^servers|_settings/.test(path));
  return [emitPythonModule(server), emitPythonStub(server).text, ...tree.map(([, text]) => text), views.join("\n")];
}

/** A tool that ends up as `_` is declared differently, on purpose; the stubs below have such tools too. */
const toolTexts = hostileTexts.map((texts) => Object.assign(texts, { tools: texts.tools.map((name) => `t${name}`) }));

/** Names that are parameters as they stand look different from names that need a dict, so each kind has its own twin. */
const KINDS: readonly { readonly name: string; readonly twin: Texts; readonly texts: fc.Arbitrary<Texts> }[] = [
  {
    name: "with parameters of any name",
    twin: { ...HARMLESS, properties: ["a-1", "b-2", "c-3", "d-4"] },
    texts: toolTexts.filter(({ properties }) =>
      properties.every((name) => !isPythonName(name) && !isPythonKeyword(name)),
    ),
  },
  {
    name: "with parameters that are keywords",
    twin: { ...HARMLESS, properties: ["from", "in", "is", "as"] },
    texts: toolTexts.map((texts) => Object.assign(texts, { properties: ["class", "def", "None", "async"] })),
  },
  {
    name: "with parameters that are Python names",
    twin: HARMLESS,
    texts: toolTexts.map((texts) => Object.assign(texts, { properties: HARMLESS.properties })),
  },
];

test.each(KINDS)(
  "no text of a server changes the shape of the program it is emitted into, $name",
  async ({ twin, texts }) => {
    const harmless = await parsePython(emitAll(twin));
    expect(harmless.flatMap(({ error }) => error ?? [])).toEqual([]);
    await fc.assert(
      fc.asyncProperty(fc.array(texts, { minLength: 12, maxLength: 12 }), async (batch) => {
        const parsed = await parsePython(batch.flatMap(emitAll));
        for (const [index, { shape, error }] of parsed.entries()) {
          expect(error).toBeUndefined();
          expect(shape).toBe(harmless[index % harmless.length]?.shape);
        }
      }),
      { numRuns: 6, interruptAfterTimeLimit: 60_000, endOnFailure: true },
    );
  },
);

test("stubs with hostile texts satisfy mypy", async (context) => {
  const path = findMypy();
  if (path === undefined) {
    context.skip("mypy is not on the PATH: stubs with hostile texts are NOT checked.");
    return;
  }
  const files = new Map<string, string>();
  const kinds = [...KINDS.map(({ texts }) => texts), hostileTexts].flatMap((texts) =>
    fc.sample(texts, { numRuns: 20, seed: 3 }),
  );
  for (const [index, texts] of kinds.entries()) {
    files.set(`m${index}.pyi`, emitPythonStub(serverOf(serverWith(texts))).text);
  }
  expect(await mypy(path, files)).toEqual([]);
});

test("a one-line view stays on one line, and so does an import", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (value, name) => {
      const inputSchema = { type: "object", properties: { a: { enum: [value] }, [name]: { const: value } } };
      const [entry] = serverOf({ name, tools: [{ name: value, inputSchema }] }).tools;
      if (entry === undefined) throw new Error("no tool");
      for (const line of [emitPythonSignature(entry), emitPythonImport(entry)]) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }
    }),
  );
});
