import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import type { AnswerPlace } from "../../src/sources/answer-room.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

// What a program asks for at once comes in one after the other, and holds up nobody else.

const SERVER = new URL("../system/large-server.mjs", import.meta.url).pathname;
const BYTES = 6_000_000;

let remote: ChildProcess;
let registry: ToolRegistry;

beforeAll(async () => {
  remote = spawn(process.execPath, [SERVER, "http"], { stdio: ["pipe", "pipe", "inherit"] });
  const port = await new Promise<string>((resolve) =>
    remote.stdout?.once("data", (text: Buffer) => resolve(String(text).trim())),
  );
  registry = new ToolRegistry();
  registry.addServer({ name: "local", transport: "stdio", command: process.execPath, args: [SERVER] });
  registry.addServer({ name: "json", transport: "http", url: `http://127.0.0.1:${port}/mcp` });
  registry.addServer({ name: "stream", transport: "http", url: `http://127.0.0.1:${port}/stream` });
  await registry.ready();
}, 60_000);

afterAll(async () => {
  await registry.close();
  remote.kill();
});

/** A place that says when it is asked for, and answers when it is told to. */
function slowPlace(): {
  readonly place: AnswerPlace;
  readonly asked: Promise<number>;
  readonly answer: (is: boolean) => void;
} {
  let hear: (bytes: number) => void = () => {};
  let answer: (isWanted: boolean) => void = () => {};
  const asked = new Promise<number>((resolve) => (hear = resolve));
  const turn = new Promise<boolean>((resolve) => (answer = resolve));
  const place: AnswerPlace = {
    enterRoom: (bytes) => {
      hear(bytes);
      return turn;
    },
  };
  return { place, asked, answer };
}

const call = async (server: string, bytes: number, place?: AnswerPlace): Promise<string> => {
  const tool = registry.catalog().get(`${server}__text`);
  if (tool === undefined) throw new Error(`${server} has no tool.`);
  const result = await registry.invoke(
    tool,
    { bytes },
    { timeoutMs: 30_000, ...(place === undefined ? {} : { place }) },
  );
  return JSON.stringify(result);
};

test.each(["local", "json", "stream"])(
  "an answer that has no room waits, and other calls of the same server are answered meanwhile: %s",
  { timeout: 60_000 },
  async (server) => {
    const { place, asked, answer } = slowPlace();
    const late = call(server, BYTES, place);
    expect(await asked).toBeGreaterThan(1_000_000);
    const whole = await call(server, BYTES);
    expect(whole.length).toBeGreaterThan(5_000_000);
    answer(true);
    expect(await late).toBe(whole);
  },
);

test("an answer that nobody waits for any more is dropped, and its server goes on", { timeout: 60_000 }, async () => {
  for (const server of ["local", "json", "stream"]) {
    const { place, asked, answer } = slowPlace();
    const stop = new AbortController();
    const tool = registry.catalog().get(`${server}__text`);
    if (tool === undefined) throw new Error(`${server} has no tool.`);
    const given = registry.invoke(tool, { bytes: BYTES }, { signal: stop.signal, place });
    const failure = given.catch((error: unknown) => error);
    await asked;
    stop.abort();
    answer(false);
    expect(await failure).toMatchObject({ code: "cancelled" });
    expect((await call(server, 100)).length).toBeGreaterThan(100);
  }
});

test(
  "a program that asks for much at once gets all of it, and one that takes nothing holds up no other",
  { timeout: 120_000 },
  async () => {
    const codemode = createCodemode({ mcpServers: { local: { command: process.execPath, args: [SERVER] } } });
    const { executor } = codemode;
    const options = { typeCheck: false, timeoutMs: 60_000 } as const;
    const size = `(await local.text({ bytes: ${BYTES} })).length`;
    const one = (await executor.execute(size, options)).value;
    const all = await executor.execute(
      `(await Promise.all(Array.from({ length: 16 }, async () => ${size}))).every((length) => length === ${JSON.stringify(one)})`,
      options,
    );
    expect(all).toMatchObject({ value: true });
    const stop = new AbortController();
    const endless = executor.execute(
      `for (let at = 0; at < 8; at++) local.text({ bytes: ${BYTES} }); await local.text({ bytes: 10 }); for (;;);`,
      { ...options, signal: stop.signal },
    );
    expect((await executor.execute(size, options)).value).toBe(one);
    stop.abort();
    expect((await endless).status).toBe("cancelled");
    expect((await executor.execute(size, options)).value).toBe(one);
    await codemode.close();
  },
);
