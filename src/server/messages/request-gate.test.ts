import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PassThrough } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { ODD_MESSAGES as cases } from "./__fixtures__/odd-messages.ts";
import { ExactWire } from "../../base/exact-wire.ts";
import { CLI, testFolder } from "../../cli/__fixtures__/run-cli.ts";
import { RequestGate } from "./request-gate.ts";

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

test("arguments that come as the text of their JSON are read, digit for digit, and an error that answers nothing is let be", async () => {
  const given = JSON.stringify('{"code": "return 9007199254740993n"}');
  const call = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"execute_code","arguments":${given}}}`;
  const stray = '{"jsonrpc":"2.0","id":null,"error":{"code":1,"message":"x"}}';
  const { read } = await exchange([stray, call], 1);
  expect(read[0]).toContain('"value":"9007199254740993"');
});

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
  expect(answers.filter(({ error }) => error?.message.includes("\n"))).toEqual([]);
  expect(stderr()).toBe("");
});

const BIG = [
  ["tools/list", "9007199254740993"],
  ["ping", "-9007199254740993"],
  ["ping", "18446744073709551615"],
  ["ping", "123456789012345678901234567890"],
  ["no/such", "9007199254740995"],
  ["tools/call", "9007199254740997"],
] as const;

test("ids beyond 2^53 are answered with the same digits, whatever the answer, and are told apart", async () => {
  const requests = BIG.map(
    ([method, id]) => `{"jsonrpc":"2.0","method":"${method}","params":{"id":9007199254740992},"id":${id}}`,
  );
  // The next two are one number to a reader that rounds.
  const neighbours = ["9007199254740992", "9007199254741000", "9007199254741001"];
  const pings = neighbours.map((id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`);
  const { read } = await exchange([...requests, ...pings], BIG.length + neighbours.length);
  const ids = read.map((line) => /"id":(-?\d+)[,}]/.exec(line)?.[1]);
  expect(new Set(ids)).toEqual(new Set([...BIG.map(([, id]) => id), ...neighbours]));
  const errorOf = (id: string): unknown => read.find((line) => line.includes(id))?.match(/"code":(-\d+)/)?.[1];
  expect(BIG.map(([, id]) => errorOf(id))).toEqual([undefined, undefined, undefined, undefined, "-32601", "-32602"]);
});

const call = (id: string, code: string): string =>
  `{"jsonrpc":"2.0","id":${id},"method":"tools/call","params":${JSON.stringify({ name: "execute_code", arguments: { code } })}}`;

test.each(["5", '"five"', "9007199254740993"])(
  "of two requests with the id %s the second is refused at once and the first is answered",
  async (id) => {
    const { read } = await exchange([call(id, "1 + 1"), call(id, "2 + 2")], 2);
    expect(read.map((line) => line.includes(`"id":${id}`))).toEqual([true, true]);
    const answers = read.map((line): Answer => JSON.parse(line));
    expect(answers[0]?.error).toMatchObject({ code: -32_600, message: expect.stringContaining("still open") });
    expect(answers[1]?.result).toMatchObject({ structuredContent: { value: 2 } });
  },
);

test("a request that was taken back frees its id, which may be beyond 2^53", async () => {
  const id = "9007199254740993";
  const cancel = `{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":${id}}}`;
  const endless = call(id, "import { sleep } from 'codemode'; for (;;) await sleep(1_000)");
  const { read } = await exchange([endless, cancel, `{"jsonrpc":"2.0","id":${id},"method":"ping"}`], 1);
  expect(read).toEqual([expect.stringMatching(`"id":${id}[,}]`)]);
  expect(read[0]).toContain('"result":{}');
});

test.each(["2024-11-05", "2025-06-18", "2025-11-25"])(
  "a batch in the revision %s gets one error, and what follows is answered",
  async (revision) => {
    const lines = [
      '[{"jsonrpc":"2.0","id":1,"method":"ping"},{"jsonrpc":"2.0","id":2,"method":"ping"}]',
      '{"jsonrpc":"2.0","id":3,"method":"ping"}',
    ];
    const { answers } = await exchange(lines, 2, revision);
    expect(answers.map(({ id, error }) => [id, error?.code])).toEqual([
      [null, -32_600],
      [3, undefined],
    ]);
  },
);

test("in the one revision that has batches each is answered as one, and integers keep their digits", async () => {
  const ping = (id: string): string => `{"jsonrpc":"2.0","id":${id},"method":"ping"}`;
  const roots = '{"jsonrpc":"2.0","method":"notifications/roots/list_changed"}';
  const batches = [
    `[${ping("1")},${roots},{"jsonrpc":"2.0","id":2,"method":"tools/list"},${ping("null")}]`,
    `[${roots}]`,
    `[7,{}]`,
    `[${call("9007199254740993", "2n ** 64n")},${ping("9007199254740995")},${ping("9007199254740993")}]`,
    "[]",
  ];
  const { read } = await exchange(batches, 4, "2025-03-26");
  const codes = (line = ""): string[] =>
    [...line.matchAll(/"id":(null|-?\d+),"error":\{"code":(-\d+)/g)].map(([, id, code]) => `${id} ${code}`);
  const holding = (text: string): string | undefined => read.find((line) => line.includes(text));
  const first: readonly Answer[] = JSON.parse(holding('"id":2') ?? "[]");
  expect(new Set(first.map(({ id }) => id))).toEqual(new Set([1, 2, null]));
  expect(read.filter((line) => !line.includes('"result"')).map((line) => codes(line))).toEqual([
    ["null -32600", "null -32600"],
    ["null -32600"],
  ]);
  const exact = holding("9007199254740993");
  expect(exact).toMatch(/"id":9007199254740995[,}]/);
  expect(exact).toContain("18446744073709551616");
  expect(codes(exact)).toEqual(["9007199254740993 -32600"]);
  expect(exact).not.toContain("bigint-");
});

test("of a thousand requests that come at once few are taken in a turn of the event loop, all of them in order", async () => {
  const gate = new RequestGate(new PassThrough(), new ExactWire());
  const taken: unknown[] = [];
  gate.input.on("data", (line: Buffer) => {
    const { id }: { readonly id: unknown } = JSON.parse(String(line));
    taken.push(id);
  });
  const ids = Array.from({ length: 1_000 }, (_, id) => id);
  gate.input.write(ids.map((id) => `{"jsonrpc":"2.0","id":${id},"method":"ping"}\n`).join(""));
  const perTurn: number[] = [];
  const all = gate.whenTaken();
  for (let before = 0; taken.length < ids.length; before = taken.length) {
    await nextTurn();
    perTurn.push(taken.length - before);
  }
  await all;
  expect(Math.max(...perTurn)).toBeLessThan(50);
  expect(taken).toEqual(ids);
});

test("a thousand requests at once over stdio are answered, and nothing is written to standard error", async () => {
  const ids = Array.from({ length: 1_000 }, (_, id) => id);
  const lines = ids.map((id) => `{"jsonrpc":"2.0","id":${id},"method":"tools/list"}`);
  const { answers, stderr } = await exchange([lines.join("\n")], ids.length);
  expect(new Set(answers.map(({ id }) => id))).toEqual(new Set(ids));
  expect(answers.filter(({ result }) => result === undefined)).toEqual([]);
  expect(stderr()).toBe("");
});
