import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import * as fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { serverOf } from "../../__fixtures__/corpus.ts";
import { hostileText } from "../../__fixtures__/hostile-text.ts";
import { emitTree } from "./tree.ts";

const folder = mkdtempSync(join(tmpdir(), "bindings-tree-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const tsx = fileURLToPath(new URL("../../../../node_modules/tsx/dist/cli.mjs", import.meta.url));

/** Stands in for the package: answers calls and keeps the process alive until it is closed, like a real connection. */
const PACKAGE = `
export async function connect(options) {
  const alive = setInterval(() => {}, 1000);
  console.log("connect", JSON.stringify(options));
  return {
    async callTool(name, args, options) { return { name, args, options }; },
    async close() { clearInterval(alive); console.log("closed"); },
  };
}`;

const PROGRAM = `
import { read_file } from "./generated/servers/files.ts";
import { callTool, files } from "./generated/index.ts";
console.log(JSON.stringify(await read_file({ path: "a" })));
console.log(JSON.stringify(await read_file({ path: "b" }, { raw: true })));
console.log(JSON.stringify(await files.list()));
console.log(JSON.stringify(await callTool("files__read-file", { path: "c" })));
`;

test("a program that imports the tree makes its calls over one connection and ends by itself", async () => {
  const server = serverOf({
    name: "files",
    tools: [
      {
        name: "read_file",
        inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
      },
      { name: "list", inputSchema: { type: "object" } },
    ],
  });
  const files = new Map<string, string>([
    ["package.json", '{"type":"module"}'],
    ["node_modules/codemode/package.json", '{"name":"codemode","type":"module","exports":"./index.js"}'],
    ["node_modules/codemode/index.js", PACKAGE],
    ["program.ts", PROGRAM],
  ]);
  for (const [path, text] of emitTree([server], { configFile: "mine.json" })) files.set(`generated/${path}`, text);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const { stdout } = await promisify(execFile)(process.execPath, [tsx, "program.ts"], { cwd: folder, timeout: 25_000 });
  expect(stdout.trim().split("\n")).toEqual([
    'connect {"configFile":"mine.json"}',
    '{"name":"files__read_file","args":{"path":"a"},"options":{}}',
    '{"name":"files__read_file","args":{"path":"b"},"options":{"raw":true}}',
    '{"name":"files__list","args":{},"options":{}}',
    '{"name":"files__read-file","args":{"path":"c"},"options":{}}',
    "closed",
  ]);
});

test("no server can put a file outside the folder or over the file of another", () => {
  const root = resolve("/somewhere/generated");
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.oneof(hostileText, fc.constantFrom("../../x", "/etc/passwd", "C:\\x", "a/../../b")), {
        maxLength: 6,
      }),
      (names) => {
        const servers = names.map((name, index) => serverOf({ name, tools: [] }, index % 2 === 0 ? name : `s${index}`));
        const paths = [...emitTree(servers).keys()];
        for (const path of paths) expect(resolve(root, path).startsWith(root + sep)).toBe(true);
        expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(names.length + 2);
      },
    ),
  );
});

test("device names, long names and names that differ only in case get files of their own", () => {
  const names = ["con", "COM1", "a".repeat(300), "Same", "same", "SAME"];
  const paths = [...emitTree(names.map((name) => serverOf({ name, tools: [] }, name))).keys()].filter((path) =>
    path.startsWith("servers/"),
  );
  expect(paths).toHaveLength(6);
  expect(paths[0]).toMatch(/^servers\/con_[0-9a-f]{8}\.ts$/);
  expect(paths[1]).toMatch(/^servers\/COM1_[0-9a-f]{8}\.ts$/);
  expect(paths[2]?.length).toBeLessThan(100);
  expect(paths[3]).toBe("servers/Same.ts");
  expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(6);
});
