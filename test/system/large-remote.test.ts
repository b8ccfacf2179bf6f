import { type ChildProcess, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { LargeJson, LargeText } from "../../src/base/steps/large-text.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

const SERVER = new URL("large-server.mjs", import.meta.url).pathname;
const BYTES = 12_000_000;
const WAYS = [
  ["json", "http", "mcp"],
  ["stream", "http", "stream"],
  ["sse", "sse", "sse"],
] as const;

let folder = "";
let server: ChildProcess;
let registry: ToolRegistry;
let executor: CodeModeExecutor;

async function startServer(): Promise<number> {
  server = spawn(process.execPath, [SERVER, "http"], { stdio: ["pipe", "pipe", "inherit"] });
  if (server.stdout === null) throw new Error("The server has no output.");
  const [line]: unknown[] = await once(server.stdout, "data");
  return Number(String(line).trim());
}

async function open(): Promise<void> {
  const port = await startServer();
  registry = new ToolRegistry();
  for (const [name, transport, path] of WAYS)
    registry.addServer({ name, transport, url: `http://127.0.0.1:${port}/${path}`, timeoutMs: 60_000 });
  registry.addServer({ name: "hasty", transport: "http", url: `http://127.0.0.1:${port}/mcp`, timeoutMs: 500 });
  executor = new CodeModeExecutor(registry, { store: { directory: folder }, limits: { timeMs: 100_000 } });
}

async function close(): Promise<void> {
  await executor.close();
  await registry.close();
  server.stdin?.end();
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "codemode-remote-"));
  await open();
});

afterAll(async () => {
  await close();
  rmSync(folder, { recursive: true, force: true });
});

const hash = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

/** The file of the artifact that a call left. */
async function keptBy(call: string): Promise<Buffer> {
  const { error, artifacts } = await executor.execute(`await ${call}`);
  expect(error).toMatchObject({ code: "result_too_large" });
  return readFileSync(artifacts[0]?.path ?? "");
}

test.each(WAYS)(
  "a large text that comes as %s over %s is kept byte for byte, and is never a string",
  async (name) => {
    const toString = vi.spyOn(LargeText.prototype, "toString");
    const kept = await keptBy(`${name}.text({ bytes: ${BYTES} })`);
    expect(toString).not.toHaveBeenCalled();
    toString.mockRestore();
    const { largeText }: { largeText: (bytes: number) => string } = await import(SERVER);
    expect(hash(kept)).toBe(hash(largeText(BYTES)));
  },
  120_000,
);

test.each(WAYS)(
  "large structured content that comes as %s over %s is kept as JSON, and is never a value",
  async (name) => {
    const read = vi.spyOn(LargeJson.prototype, "valueSoon");
    const { largeRows }: { largeRows: (bytes: number) => unknown } = await import(SERVER);
    const expected = hash(JSON.stringify(largeRows(BYTES)));
    expect(hash(await keptBy(`${name}.rows({ bytes: ${BYTES} })`))).toBe(expected);
    for (const form of ["with blanks and escapes", "beside itself as a text", "in a batch of two"])
      expect(hash(await keptBy(`${name}.form({ form: ${JSON.stringify(form)}, bytes: ${BYTES} })`))).toBe(expected);
    expect(read).not.toHaveBeenCalled();
    read.mockRestore();
  },
  200_000,
);

test.each(WAYS)(
  "bytes of a large text that are no UTF-8 and come as %s over %s are kept as U+FFFD",
  async (name) => {
    const { largeRows }: { largeRows: (bytes: number) => unknown } = await import(SERVER);
    const kept = await keptBy(`${name}.form({ form: "as a text in Latin-1", bytes: ${BYTES} })`);
    expect(hash(kept)).toBe(hash(JSON.stringify(largeRows(BYTES)).replaceAll("row", "\uFFFD")));
  },
  120_000,
);

test.each(WAYS)(
  "a program is given a text of some megabytes that comes as %s over %s",
  async (name) => {
    const { largeText }: { largeText: (bytes: number) => string } = await import(SERVER);
    const { value } = await executor.execute(
      `const text = await ${name}.text({ bytes: 6_000_000 }); [text.length, text.slice(-50)]`,
    );
    const text = largeText(6_000_000);
    expect(value).toEqual([text.length, text.slice(-50)]);
  },
  60_000,
);

test.each(WAYS)(
  "an answer that comes as %s over %s and is no JSON fails its call, and the next one works",
  async (name) => {
    // What has no end closes an older event stream, as the library below has it.
    const forms = ["with NaN", "in a text that is no JSON", ...(name === "sse" ? [] : ["that ends too early"])];
    for (const form of forms) {
      const call = `${name}.form({ form: ${JSON.stringify(form)}, bytes: ${BYTES} })`;
      const { value } = await executor.execute(`await ${call}.catch(({ code }) => code)`);
      expect([form, value]).toEqual([form, "tool_error"]);
    }
    expect((await executor.execute(`(await ${name}.text({ bytes: 10 })).length`)).value).toBeGreaterThan(5);
  },
  120_000,
);

test.each(WAYS)(
  "a large result that is nested too deeply and comes as %s over %s is refused as such",
  async (name) => {
    const { error } = await executor.execute(`await ${name}.form({ form: "nested deeply", bytes: ${BYTES} })`);
    expect(error).toMatchObject({
      code: "result_too_large",
      message: `The result of ${name}__form is nested too deeply to be handed on.`,
    });
  },
  60_000,
);

test("a gigabyte that is announced and does not come costs the time of a call and no memory", async () => {
  const before = process.memoryUsage.rss();
  const call = `hasty.form({ form: "announced and not sent", bytes: 20_000 })`;
  const { value } = await executor.execute(`await ${call}.catch(({ code }) => code)`);
  expect(value).toBe("tool_timeout");
  expect(process.memoryUsage.rss() - before).toBeLessThan(200_000_000);
}, 60_000);

test("an answer that a server leaves in the middle is an error, and the server is back for the next call", async () => {
  const call = `json.form({ form: "of a server that dies", bytes: ${BYTES} })`;
  const { value } = await executor.execute(`await ${call}.catch(({ code }) => code)`);
  expect(value).toBe("server_unavailable");
  await close();
  await open();
  expect((await executor.execute(`(await json.text({ bytes: 10 })).length`)).value).toBeGreaterThan(5);
}, 60_000);
