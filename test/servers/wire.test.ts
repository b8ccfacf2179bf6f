import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { CLI, runCli, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";

const program = fileURLToPath(new URL("wire-server.mjs", import.meta.url));
const stdio = { command: process.execPath, args: [program] };
const BIG = "1915883588174806058";

let remote: ChildProcess;
let codemode: Codemode;
beforeAll(async () => {
  remote = spawn(process.execPath, [program, "http"], { stdio: ["ignore", "pipe", "inherit"] });
  if (remote.stdout === null) throw new Error("The server has no output.");
  const [port] = await once(createInterface({ input: remote.stdout }), "line");
  codemode = createCodemode({ mcpServers: { near: stdio, far: { url: `http://127.0.0.1:${port}/mcp` } } });
  await codemode.registry.discoverAll();
});
afterAll(async () => {
  await codemode.close();
  remote.kill();
});

async function run(code: string, language: "typescript" | "python"): Promise<unknown> {
  const { value, error } = await codemode.executor.execute(code, { language });
  return error === null ? value : `${error.code}: ${error.message}`;
}

/** Programs in TypeScript, the value they end with. SERVER is each of the two. */
const typescript: readonly (readonly [program: string, value: unknown])[] = [
  [`await SERVER.same({ id: ${BIG}n })`, `got {"id":${BIG}}`],
  [
    `await SERVER.same({ id: 2n ** 64n, list: [-(2n ** 63n), 1n, 2] })`,
    'got {"id":18446744073709551616,"list":[-9223372036854775808,1,2]}',
  ],
  ["await SERVER.same({ id: (await SERVER.item()).id })", `got {"id":${BIG}}`],
  ["await SERVER.same({ id: (await SERVER.text()).id })", `got {"id":${BIG}}`],
  ["await SERVER.same({ id: (await SERVER.old_object()).id })", `got {"id":${BIG}}`],
  ["await SERVER.same(await SERVER.item())", `got {"id":${BIG},"list":[-9223372036854775808,1.5]}`],
  ["await SERVER.textual({ id: (await SERVER.item()).id as any })", `got {"id":"${BIG}"}`],
  [`await callTool("SERVER__same", { deep: [{ id: ${BIG}n }] })`, `got {"deep":[{"id":${BIG}}]}`],
  ["(await SERVER.item()).id + 1n === 1915883588174806059n", true],
  ["typeof (await SERVER.item()).list[1]", "number"],
];

/** The same in Python. */
const python: readonly (readonly [program: string, value: unknown])[] = [
  [`await SERVER.same(id=${BIG})`, `got {"id":${BIG}}`],
  [
    "await SERVER.same(id=2**64, list=[-(2**63), 1, 2])",
    'got {"id":18446744073709551616,"list":[-9223372036854775808,1,2]}',
  ],
  ['await SERVER.same(id=(await SERVER.item())["id"])', `got {"id":${BIG}}`],
  ['await SERVER.same(id=(await SERVER.text())["id"])', `got {"id":${BIG}}`],
  ['await SERVER.same(id=(await SERVER.old_object())["id"])', `got {"id":${BIG}}`],
  ["await SERVER.same(await SERVER.item())", `got {"id":${BIG},"list":[-9223372036854775808,1.5]}`],
  ['await SERVER.textual(id=(await SERVER.item())["id"])', `got {"id":"${BIG}"}`],
  [`await servers["SERVER"]["same"]({"deep": [{"id": ${BIG}}]})`, `got {"deep":[{"id":${BIG}}]}`],
  ['(await SERVER.item())["id"] + 1 == 1915883588174806059', true],
];

test.each(
  ["near", "far"].flatMap((server) =>
    typescript.map(([code, value]) => [code.replaceAll("SERVER", server), value] as const),
  ),
)("in TypeScript %s", async (code, value) => {
  expect(await run(code, "typescript")).toEqual(value);
});

test.each(["near", "far"])(
  "integers keep their digits in Python, to and from %s",
  async (server) => {
    const lines = python.map(([code]) => `found.append(${code.replaceAll("SERVER", server)})`);
    expect(await run(["found = []", ...lines, "found"].join("\n"), "python")).toEqual(python.map(([, value]) => value));
  },
  120_000,
);

/** How a tool ends that does not answer as the protocol has it today. */
const endings: readonly (readonly [tool: string, ends: unknown])[] = [
  ["old", "from before"],
  ["maybe_task", "done"],
  ["broken", expect.stringMatching(/^tool_error: .*refused[\s\S]*checksum is wrong/)],
  ["reason", expect.stringMatching(/^tool_error: [\s\S]*NEEDS_HUMAN/)],
  ["reason_item", expect.stringMatching(/^tool_error: [\s\S]*the disk is full/)],
  ["task", expect.stringMatching(/^unknown_tool: /)],
];

test.each(["near", "far"].flatMap((server) => endings.map(([tool, ends]) => [server, tool, ends] as const)))(
  "%s.%s ends in the words of the server in both languages and doors",
  async (server, tool, ends) => {
    expect(await run(`await ${server}.${tool}()`, "typescript")).toEqual(ends);
    const text = await codemode.executor
      .callTool(`${server}__${tool}`, {})
      .catch((error: unknown) =>
        error instanceof Error && "code" in error ? `${String(error.code)}: ${error.message}` : error,
      );
    expect(text).toEqual(ends);
  },
);

test("the same tools end in the same way in Python", async () => {
  const names = endings.map(([tool]) => `"near__${tool}"`).join(", ");
  const code = `from codemode import call_tool, ToolError
found = []
for name in [${names}]:
    try:
        found.append(await call_tool(name, {}))
    except ToolError as error:
        found.append(f"{error.code}: {error}")
found`;
  expect(await run(code, "python")).toEqual(endings.map(([, ends]) => ends));
}, 120_000);

test("the command line keeps the digits too, as text and as JSON", async () => {
  await using folder = await testFolder({ mcpServers: { near: stdio } });
  const outputs = await Promise.all(
    [
      ["call", "near__same", `{"id":${BIG}}`],
      ["call", "near__item"],
      ["call", "near__item", "--json"],
      ["exec", "-e", "(await near.item()).id", "--json"],
    ].map((args) => runCli(args, { cwd: folder.path })),
  );
  expect(outputs.map(({ stdout }) => stdout.replaceAll('": ', '":'))).toEqual([
    expect.stringContaining(`got {"id":${BIG}}`),
    expect.stringContaining(`"id":${BIG}`),
    expect.stringContaining(`"id":${BIG}`),
    expect.stringContaining(`"value":"${BIG}"`),
  ]);
}, 120_000);

test("our own server hands the digits on in structured content", async () => {
  await using folder = await testFolder({ mcpServers: { near: stdio } });
  const child = spawn(process.execPath, [CLI, "serve", "--tools", "full", "--allow-call-tool"], {
    cwd: folder.path,
    stdio: ["pipe", "pipe", "ignore"],
  });
  onTestFinished(() => void child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const params = { protocolVersion: "2025-06-18", capabilities: {}, clientInfo: { name: "t", version: "1" } };
  child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id: 1, method: "initialize", params })}\n`);
  await lines.next();
  child.stdin.write('{"jsonrpc":"2.0","method":"notifications/initialized"}\n');
  const ask = async (id: number, tool: string, args: string): Promise<string> => {
    const asked = `{"tool_name":"near__${tool}","arguments":${args}}`;
    child.stdin.write(
      `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":{"name":"call_tool","arguments":${asked}}}\n`,
    );
    for (;;) {
      const { value } = await lines.next();
      if (String(value).includes(`"id":${id}}`) || String(value).startsWith(`{"id":${id},`)) return String(value);
    }
  };
  expect(await ask(2, "same", `{"id":${BIG}}`)).toContain(BIG);
  expect(await ask(3, "item", "{}")).toMatch(new RegExp(`"structuredContent":.*"id":${BIG}[,}]`));
});
