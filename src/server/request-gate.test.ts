import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { expect, onTestFinished, test } from "vitest";
import { CLI, testFolder } from "../cli/__fixtures__/run-cli.ts";

interface Answer {
  readonly id?: unknown;
  readonly result?: unknown;
  readonly error?: { readonly code: number; readonly message: string };
}

/** Writes lines to a server on stdio that has shaken hands, and reads as many lines as are asked for, as text. */
async function exchange(lines: readonly string[], count: number, revision = "2025-06-18") {
  const folder = await testFolder({});
  const child = spawn(process.execPath, [CLI, "serve"], { cwd: folder.path, stdio: ["pipe", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.on("data", (chunk: Buffer) => (stderr += String(chunk)));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await folder[Symbol.asyncDispose]();
  });
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: revision, capabilities: {}, clientInfo };
  const send = (message: unknown): boolean => child.stdin.write(`${JSON.stringify(message)}\n`);
  send({ jsonrpc: "2.0", id: "hello", method: "initialize", params });
  const read: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    const { method, id }: { readonly method?: string; readonly id?: unknown } = JSON.parse(line);
    if (method !== undefined) continue;
    if (id === "hello") {
      send({ jsonrpc: "2.0", method: "notifications/initialized" });
      for (const each of lines) child.stdin.write(`${each}\n`);
    } else read.push(line);
    if (read.length === count) break;
  }
  return { read, answers: read.map((line): Answer => JSON.parse(line)), stderr: () => stderr };
}

const cases: readonly (readonly [what: string, line: string, id: unknown, code: number | undefined])[] = [
  ["no JSON", "{nope", null, -32_700],
  ["a header of another framing", "Content-Length: 12", null, -32_700],
  ["a number", "7", null, -32_600],
  ["null", "null", null, -32_600],
  ["an empty object", "{}", null, -32_600],
  ["id null", '{"jsonrpc":"2.0","id":null,"method":"ping"}', null, -32_600],
  ["a fraction as id", '{"jsonrpc":"2.0","id":1.5,"method":"ping"}', null, -32_600],
  ["an object as id", '{"jsonrpc":"2.0","id":{},"method":"ping"}', null, -32_600],
  ["no jsonrpc", '{"id":11,"method":"ping"}', 11, -32_600],
  ["another jsonrpc", '{"jsonrpc":"1.0","id":12,"method":"ping"}', 12, -32_600],
  ["no method", '{"jsonrpc":"2.0","id":13}', 13, -32_600],
  ["a method that is a number", '{"jsonrpc":"2.0","id":14,"method":5}', 14, -32_600],
  ["params in a list", '{"jsonrpc":"2.0","id":15,"method":"ping","params":[]}', 15, -32_602],
  ["params that are a text", '{"jsonrpc":"2.0","id":16,"method":"ping","params":"x"}', 16, -32_602],
  ["params null where nothing is needed", '{"jsonrpc":"2.0","id":17,"method":"ping","params":null}', 17, undefined],
  ["params null in tools/list", '{"jsonrpc":"2.0","id":18,"method":"tools/list","params":null}', 18, undefined],
  [
    "params null where something is needed",
    '{"jsonrpc":"2.0","id":19,"method":"tools/call","params":null}',
    19,
    -32_602,
  ],
  ["an unknown method", '{"jsonrpc":"2.0","id":20,"method":"no/such"}', 20, -32_601],
  ["a batch", '[{"jsonrpc":"2.0","id":21,"method":"ping"}]', null, -32_600],
  ["an empty batch", "[]", null, -32_600],
  ["a text as id", '{"jsonrpc":"2.0","id":"22","method":"ping"}', "22", undefined],
];

test("every invalid request over stdio is answered, in order of arrival or by its id, and nothing is written to standard error", async () => {
  const { answers, stderr } = await exchange(
    cases.map(([, line]) => line),
    cases.length,
  );
  const known = new Map(answers.filter(({ id }) => id !== null).map((answer) => [answer.id, answer.error?.code]));
  const nameless = answers.filter(({ id }) => id === null).map(({ error }) => error?.code);
  expect([...known]).toEqual(
    expect.arrayContaining(cases.filter(([, , id]) => id !== null).map(([, , id, code]) => [id, code])),
  );
  expect(nameless).toEqual(cases.filter(([, , id]) => id === null).map(([, , , code]) => code));
  expect(stderr()).toBe("");
});

test("an id beyond 2^53 is refused with its own digits", async () => {
  const line = '{"jsonrpc":"2.0","id":9007199254740993,"method":"tools/call","params":{"id": 5}}';
  const { read } = await exchange([line], 1);
  expect(read[0]).toContain('"id":9007199254740993,');
});

test("of two requests with one id the second is refused and the first is answered", async () => {
  const call = (code: string): string =>
    JSON.stringify({
      jsonrpc: "2.0",
      id: 5,
      method: "tools/call",
      params: { name: "execute_code", arguments: { code } },
    });
  const { answers } = await exchange([call("1 + 1"), call("2 + 2")], 2);
  expect(answers.map(({ id }) => id)).toEqual([5, 5]);
  expect(answers.find(({ error }) => error !== undefined)?.error?.message).toContain("still open");
  expect(answers.find(({ result }) => result !== undefined)?.result).toMatchObject({ structuredContent: { value: 2 } });
});

test("in the one revision that has batches a batch is answered as one", async () => {
  const batch = [
    { jsonrpc: "2.0", id: 1, method: "ping" },
    { jsonrpc: "2.0", method: "notifications/roots/list_changed" },
    { jsonrpc: "2.0", id: 2, method: "tools/list" },
    { jsonrpc: "2.0", id: null, method: "ping" },
  ];
  const { read } = await exchange([JSON.stringify(batch)], 1, "2025-03-26");
  const answers: readonly Answer[] = JSON.parse(read[0] ?? "[]");
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set([1, 2, null]));
});
