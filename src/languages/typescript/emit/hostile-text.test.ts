import * as fc from "fast-check";
import { expect, test } from "vitest";
import { serverOf, toolOf } from "../../__fixtures__/corpus.ts";
import { HARMLESS, hostileText, hostileTexts, serverWith, type Texts } from "../../__fixtures__/hostile-text.ts";
import { parseTexts } from "../../__fixtures__/syntax-shape.ts";
import { typeCheck } from "../../__fixtures__/tsc.ts";
import { emitGlobals } from "./globals.ts";
import { emitGuestLibrary } from "./guest-library.ts";
import { emitServerModule } from "./server-module.ts";
import { emitTree } from "./tree.ts";
import { emitDeclaration, emitImport, emitSignature } from "./views.ts";

/** Every text that is emitted for one server. Original names are extra members of the globals, so those are told apart below. */
function emitAll(texts: Texts): string[] {
  const server = serverOf(serverWith(texts));
  const views = server.tools.flatMap((entry) => [emitDeclaration(entry), emitImport(entry)]);
  return [emitServerModule(server).text, ...emitTree([server]).values(), views.join("\n")];
}

function emitSignatures(texts: Texts): string[] {
  return serverOf(serverWith(texts)).tools.map((entry) => `declare function ${emitSignature(entry)};`);
}

/** Down to the members of arguments and results: long names leave less room for the types of those, which are shortened. */
const SIGNATURE_DEPTH = 5;

/** A shape without what lies deeper. */
function outline(shape: string): string {
  let depth = 0;
  return Array.from(shape)
    .filter((character) => {
      if (character === "(") depth += 1;
      const isShown = depth <= SIGNATURE_DEPTH;
      if (character === ")") depth -= 1;
      return isShown;
    })
    .join("");
}

test("no text of a server changes the shape of the program it is emitted into", () => {
  const harmless = parseTexts(emitAll(HARMLESS));
  expect(harmless.flatMap(({ errors }) => errors)).toEqual([]);
  fc.assert(
    fc.property(fc.array(hostileTexts, { minLength: 12, maxLength: 12 }), (batch) => {
      const parsed = parseTexts(batch.flatMap(emitAll));
      for (const [index, { shape, errors }] of parsed.entries()) {
        expect(errors).toEqual([]);
        expect(shape).toBe(harmless[index % harmless.length]?.shape);
      }
    }),
    { numRuns: 25 },
  );
});

test("no text of a server changes the outline of a signature on one line", () => {
  const harmless = parseTexts(emitSignatures(HARMLESS)).map(({ shape }) => outline(shape));
  expect(harmless[0]).toMatch(/FunctionDeclaration\(.*PropertySignature/);
  fc.assert(
    fc.property(fc.array(hostileTexts, { minLength: 40, maxLength: 40 }), (batch) => {
      for (const [index, { shape, errors }] of parseTexts(batch.flatMap(emitSignatures)).entries()) {
        expect(errors).toEqual([]);
        expect(outline(shape)).toBe(harmless[index % harmless.length]);
      }
    }),
    { numRuns: 25 },
  );
});

test("modules with hostile texts have no type errors", async () => {
  const samples = fc.sample(hostileTexts, { numRuns: 60, seed: 11 });
  const directive = { ...HARMLESS, description: "@ts-expect-error", serverDescription: "@ts-expect-error" };
  const files = new Map([["guest.d.ts", emitGuestLibrary()]]);
  for (const [index, texts] of [directive, ...samples].entries()) {
    files.set(`m${index}.ts`, emitServerModule(serverOf(serverWith(texts))).text);
  }
  expect(await typeCheck(files)).toEqual([]);
});

test("every tool is callable by its own name and by its identifier, whatever the names are", async () => {
  const seeds = fc.sample(fc.uniqueArray(hostileText, { minLength: 8, maxLength: 8 }), { numRuns: 12, seed: 7 });
  const files = new Map([["guest.d.ts", emitGuestLibrary()]]);
  const servers = seeds.map((names, index) =>
    serverOf(
      {
        name: `${names[0]}${index}`,
        tools: names.map((name) => ({ name, inputSchema: { properties: { x: { const: name } }, required: ["x"] } })),
      },
      `server${index}`,
    ),
  );
  for (const server of servers) files.set(`generated/${server.identifier}.ts`, emitServerModule(server).text);
  const globals = emitGlobals(servers, { specifier: ({ identifier }) => `./generated/${identifier}.ts` });
  files.set("globals.d.ts", globals.text);
  const calls = servers.flatMap((server) =>
    server.tools.flatMap(({ toolName, identifier }) => {
      const args = `({ x: ${escape(toolName)} });`;
      const plain = server.tools.some((other) => other.identifier === toolName && other.toolName !== toolName);
      return [
        `await ${server.identifier}.${identifier}${args}`,
        `await servers[${escape(server.name)}].${identifier}${args}`,
        ...(plain ? [] : [`await servers[${escape(server.name)}][${escape(toolName)}]${args}`]),
      ];
    }),
  );
  files.set("calls.ts", `export {};\n${calls.join("\n")}`);
  expect(globals.problems).toEqual([]);
  expect(await typeCheck(files)).toEqual([]);
});

test("a one-line view stays on one line", () => {
  fc.assert(
    fc.property(hostileText, hostileText, (description, value) => {
      const entry = toolOf({ description, inputSchema: { type: "object", properties: { a: { enum: [value] } } } });
      for (const line of [emitSignature(entry), emitImport(entry)]) {
        expect(line).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u);
      }
    }),
  );
});

function escape(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
