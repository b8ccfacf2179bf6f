import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { corpusServers, nastyCases, serverOf, suiteGroups } from "../../__fixtures__/corpus.ts";
import { BROKEN_SCHEMAS, HOSTILE_SCHEMAS } from "../../__fixtures__/hostile-schemas.ts";
import { createInstances, createRandom } from "../../__fixtures__/instances.ts";
import { asPython, findMypy, mypy, parsePython, runPython, writeFiles } from "../../__fixtures__/python.ts";
import type { CatalogServer } from "../../../catalog/tool.ts";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import { createValidator } from "../../../schema/validator.ts";
import { toolShapes } from "../../tool-shapes.ts";
import { emitPythonModule } from "./module.ts";
import { emitPythonStub } from "./stub.ts";
import { emitPythonTree } from "./tree.ts";
import { emitPythonDeclaration, emitPythonImport, emitPythonSignature } from "./views.ts";

const LIMIT_BYTES = 64 * 1024;
const servers = corpusServers();
const tools = servers.flatMap((server) => server.tools);
const mypyPath = findMypy();
const NO_MYPY = "mypy is not on the PATH: the types of the Python bindings are NOT checked (apt-get install mypy).";

/** Servers made of every schema case, each once as input and once as output. */
const caseServers: CatalogServer[] = schemaCases().map((schema, index) =>
  serverOf(
    {
      name: `case${index}`,
      tools: [
        { name: "takes", inputSchema: schema },
        { name: "gives", inputSchema: { type: "object" }, outputSchema: schema },
      ],
    },
    `case${index}`,
  ),
);

function schemaCases(): JsonSchema[] {
  const suite = suiteGroups().map((group) => group.schema);
  return [...nastyCases().map(({ schema }) => schema), ...suite, ...Object.values(HOSTILE_SCHEMAS), ...BROKEN_SCHEMAS];
}

test("every text of every corpus tool and of every schema case is Python 3.10", async () => {
  const all = [...servers, ...caseServers];
  const modules = all.flatMap((server) => [emitPythonModule(server), emitPythonStub(server).text]);
  const texts = modules.concat(
    all
      .flatMap((server) => server.tools)
      .flatMap((entry) => [
        emitPythonDeclaration(entry),
        `async def ${emitPythonSignature(entry)}: ...`,
        emitPythonImport(entry),
      ]),
  );
  expect(
    (await parsePython(texts)).flatMap(({ error }, index) => (error === undefined ? [] : [[error, texts[index]]])),
  ).toEqual([]);
});

const IMPORT_ALL = `
import importlib, json, sys
sys.path.insert(0, ".")
wanted = json.load(sys.stdin)
missing = []
for module, names in wanted.items():
    loaded = importlib.import_module("generated.servers." + module)
    missing += [module + "." + name for name in names if not callable(getattr(loaded, name, None))]
json.dump(missing, sys.stdout)
`;

test("every module of the package can be imported, with every tool and every type in it", async () => {
  const all = [...servers, ...caseServers];
  const tree = emitPythonTree(all);
  const folder = writeFiles(new Map([...tree].map(([path, text]) => [`generated/${path}`, text])));
  try {
    const wanted = Object.fromEntries(
      all.map((server) => [
        server.identifier,
        [...server.tools.map((entry) => entry.identifier), ...emitPythonStub(server).types],
      ]),
    );
    expect(await runPython(IMPORT_ALL, wanted, folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("the package satisfies mypy in strict mode", { timeout: 180_000 }, async (context) => {
  if (mypyPath === undefined) {
    context.skip(NO_MYPY);
    return;
  }
  const tree = emitPythonTree([...servers, ...caseServers], { skills: [] });
  const files = new Map([...tree].map(([path, text]) => [`generated/${path}`, text]));
  expect(await mypy(mypyPath, files)).toEqual([]);
});

test(
  "valid arguments of corpus tools are accepted as one dict, and wrong ones are refused",
  { timeout: 180_000 },
  async (context) => {
    if (mypyPath === undefined) {
      context.skip(NO_MYPY);
      return;
    }
    const validator = createValidator();
    const random = createRandom(5);
    const files = new Map([...emitPythonTree(servers)].map(([path, text]) => [`generated/${path}`, text]));
    const lines: string[] = servers.map(({ identifier }) => `import generated.servers.${identifier} as ${identifier}`);
    lines.push("async def main() -> None:");
    const wrong: number[] = [];
    for (const server of servers) {
      for (const entry of server.tools) {
        const make = createInstances(entry.inputSchema, random);
        const value = Array.from({ length: 8 }, make).find(
          (each) => !JSON.stringify(each).includes('"extra"') && validator.validate(entry.inputSchema, each).ok,
        );
        if (value === undefined) continue;
        const call = `    await ${server.identifier}.${entry.identifier}`;
        lines.push(`${call}(${asPython(value)})`);
        const root = toolShapes(entry).input.root;
        const text = root.kind === "object" ? root.properties.find(({ shape }) => shape.kind === "string") : undefined;
        if (text === undefined) continue;
        lines.push(`${call}(${asPython(Object.assign({}, value, { [text.name]: 5 }))})`);
        wrong.push(lines.length);
      }
    }
    files.set("calls.py", `${lines.join("\n")}\n`);
    const complaints = await mypy(mypyPath, files);
    const places = new Set(complaints.map((line) => Number(/^calls\.py:(\d+): error/.exec(line)?.[1] ?? 0)));
    places.delete(0);
    expect(wrong.length).toBeGreaterThan(400);
    const text = lines.map((line, index) => ({ line, number: index + 1 }));
    const refusedButValid = text.filter(({ number }) => places.has(number) && !wrong.includes(number));
    expect(refusedButValid).toEqual([]);
    expect(wrong.filter((number) => !places.has(number))).toEqual([]);
  },
);

test("a parameter that the schema types is typed", async () => {
  const untyped: string[] = [];
  for (const entry of tools) {
    const { root } = toolShapes(entry).input;
    if (root.kind !== "object") continue;
    const signature = emitPythonSignature(entry);
    for (const { name, shape } of root.properties) {
      const vague = shape.kind === "unknown" || shape.kind === "intersection" || shape.kind === "reference";
      if (!vague && new RegExp(`\\b${name.replace(/\W/g, "\\$&")}: Any\\b`).test(signature))
        untyped.push(`${entry.name} ${name}`);
    }
  }
  expect(untyped).toEqual([]);
});

test("no text of a tool is larger than 64 KB", () => {
  for (const server of [...servers, ...caseServers]) {
    const size = Buffer.byteLength(emitPythonModule(server)) + Buffer.byteLength(emitPythonStub(server).text);
    expect(size).toBeLessThanOrEqual(2 * server.tools.length * LIMIT_BYTES);
    for (const entry of server.tools) {
      expect(Buffer.byteLength(emitPythonDeclaration(entry))).toBeLessThanOrEqual(LIMIT_BYTES);
      expect(emitPythonSignature(entry).length).toBeLessThanOrEqual(4000);
    }
  }
});
