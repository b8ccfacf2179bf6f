import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { getDefaultEnvironment } from "@modelcontextprotocol/client/stdio";
import { expect, onTestFinished, test } from "vitest";
import { baseEnvironment } from "./transport/base-environment.ts";
import {
  firstText,
  hostileServer,
  isRunning,
  openHostile,
  openSource,
  temporaryDirectory,
  until,
} from "./__fixtures__/hostile-source.ts";

const host = fileURLToPath(new URL("__fixtures__/host-process.mjs", import.meta.url));
const dist = fileURLToPath(new URL("../../../dist", import.meta.url));

/** The ids the stubborn server wrote down: its own and its child's. */
async function writtenPids(file: string): Promise<readonly number[]> {
  for (;;) {
    const text = existsSync(`${file}.pids`) ? readFileSync(`${file}.pids`, "utf8") : "";
    if (text.endsWith("]")) {
      const pids: number[] = JSON.parse(text);
      return pids;
    }
    await delay(10);
  }
}

/** The id the server noted when it started. */
async function startedPid(file: string): Promise<number> {
  for (;;) {
    const found = existsSync(file) ? /start (\d+)\n/.exec(readFileSync(file, "utf8")) : null;
    if (found !== null) return Number(found[1]);
    await delay(10);
  }
}

async function goneWithin(pids: readonly number[], limitMs: number): Promise<boolean> {
  const end = performance.now() + limitMs;
  while (pids.some(isRunning)) {
    if (performance.now() > end) return false;
    await delay(20);
  }
  return true;
}

test("close ends a server that ignores SIGTERM, and its child that does too, within 3 s", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("stubborn", {}, file);
  await source.settled();
  const pids = await writtenPids(file);
  expect(pids.map(isRunning)).toEqual([true, true]);
  const begun = performance.now();
  await source.close();
  expect(await goneWithin(pids, 3000 - (performance.now() - begun))).toBe(true);
});

test.each(["exit", "throw", "SIGTERM", "SIGINT"])(
  "nothing is left when the host ends by %s without close",
  async (how) => {
    const file = `${temporaryDirectory()}/log`;
    const server = JSON.stringify(hostileServer("stubborn", file));
    const child = spawn(process.execPath, [host, dist, how, server], { stdio: ["pipe", "pipe", "ignore"] });
    onTestFinished(() => void child.kill("SIGTERM"));
    const exited = once(child, "exit");
    const [status]: Buffer[] = await once(child.stdout, "data");
    expect(String(status)).toBe("ready\n");
    const pids = await writtenPids(file);
    if (how === "SIGTERM" || how === "SIGINT") child.kill(how);
    else child.stdin.write("go\n");
    const [code, signal]: unknown[] = await exited;
    expect(how.startsWith("SIG") ? signal : code).toBe(how.startsWith("SIG") ? how : how === "exit" ? 0 : 1);
    expect(await goneWithin(pids, 3000)).toBe(true);
  },
);

test("a server that never answers fails after its connect time-out and leaves no process", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("silent", { connectTimeoutMs: 300 }, file);
  const { status, error } = await source.settled();
  expect(status).toBe("failed");
  expect(error).toContain("did not answer the handshake within 300 ms");
  await source.close();
  const pids = [...readFileSync(file, "utf8").matchAll(/start (\d+)/g)].map((match) => Number(match[1]));
  expect(await goneWithin(pids, 3000)).toBe(true);
});

test("closing while a server is being connected ends it, and whoever waits", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("silent", {}, file);
  const settled = source.settled();
  const call = source.call("echo", {}).catch((error: unknown) => error);
  const pid = await startedPid(file);
  const begun = performance.now();
  await source.close();
  expect(performance.now() - begun).toBeLessThan(3000);
  expect((await settled).status).toBe("closed");
  expect(await call).toMatchObject({ code: expect.stringMatching(/cancelled|server_unavailable/) });
  expect(isRunning(pid)).toBe(false);
});

test("once a server has failed nobody waits for its further attempts", { retry: 2 }, async () => {
  const source = openHostile("silent", { connectTimeoutMs: 400 });
  await source.settled();
  await expect(source.refresh?.()).resolves.toMatchObject({ status: "failed" });
  const retrying = source.refresh?.();
  const begun = performance.now();
  expect((await source.settled()).status).toBe("failed");
  expect(performance.now() - begun).toBeLessThan(100);
  await retrying;
});

test("a server that crashes at start shows its last words and what to do", async () => {
  const { status, error, tools } = await openHostile("crash-at-start").settled();
  expect(status).toBe("failed");
  expect(error).toMatch(/exited with status 3[\s\S]*licence file is missing[\s\S]*Run its command by hand/);
  expect(tools).toEqual([]);
});

test("a server in a crash loop is started for each demand, which are no flood, and by itself at a pace it names", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("crash-at-start", {}, file);
  await source.settled();
  const starts = (): number => readFileSync(file, "utf8").match(/start/g)?.length ?? 0;
  expect(starts()).toBe(1);
  const calls = await Promise.allSettled(Array.from({ length: 20 }, () => source.call("echo", {})));
  expect(calls.map(({ status }) => status)).toEqual(calls.map(() => "rejected"));
  expect(starts()).toBe(2);
  await source.refresh?.();
  expect(starts()).toBe(3);
  const next = Date.parse(source.snapshot().nextAttemptAt ?? "");
  expect(next - Date.now()).toBeGreaterThan(0);
  expect(next - Date.now()).toBeLessThan(1_300);
  await until(source, () => starts() === 4);
});

test("a program that does not exist fails with its name and is not tried in a loop", async () => {
  const source = openSource({ command: "no-such-program-here" });
  const { status, error } = await source.settled();
  expect(status).toBe("failed");
  expect(error).toMatch(/could not be started[\s\S]*"no-such-program-here" is installed/);
});

test("an unset variable fails with the server, the path and the variable", async () => {
  const source = openSource({ ...hostileServer("ok"), env: { KEY: "${SOURCE_TEST_UNSET}" } });
  const { status, error } = await source.settled();
  expect(status).toBe("failed");
  expect(error).toContain('Server "h": env.KEY refers to ${SOURCE_TEST_UNSET}');
});

test("an unsupported protocol version is a clear error", async () => {
  const { status, error } = await openHostile("old-protocol").settled();
  expect(status).toBe("failed");
  expect(error).toMatch(/protocol version/i);
});

test("a disabled server starts nothing and refuses calls", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("ok", { enabled: false }, file);
  expect((await source.settled()).status).toBe("disabled");
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "server_unavailable" });
  expect(existsSync(file)).toBe(false);
});

test("a server that died is started again by itself and works", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("ok", {}, file);
  await source.settled();
  const pid = Number(/start (\d+)/.exec(readFileSync(file, "utf8"))?.[1]);
  const failed = until(source, () => source.snapshot().status === "failed");
  process.kill(pid, "SIGKILL");
  await failed;
  expect(source.snapshot().error).toContain("was ended by SIGKILL");
  await until(source, () => source.snapshot().status === "ready");
  expect(source.snapshot().error).toBeUndefined();
  expect(firstText(await source.call("echo", { text: "back" }))).toContain("back");
});

test("a local server that nobody calls is stopped, keeps its tools, and starts again for the next call", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("ok", { idleStopMs: 200 }, file);
  const idle = until(source, () => source.snapshot().status === "idle");
  const { tools } = await source.settled();
  await idle;
  expect(source.snapshot().tools).toEqual(tools);
  expect(firstText(await source.call("echo", { text: "again" }))).toContain("again");
  expect(readFileSync(file, "utf8").match(/start \d+/g)).toHaveLength(2);
});

test("the base environment is the SDK's own", () => {
  expect(baseEnvironment()).toEqual(getDefaultEnvironment());
});

test("whoever hears that a server failed and asks again shares the attempt that others begin, and its one process", async () => {
  const file = `${temporaryDirectory()}/starts`;
  const code = `
    const { appendFileSync, readFileSync } = require("node:fs");
    appendFileSync(${JSON.stringify(file)}, "x");
    if (readFileSync(${JSON.stringify(file)}, "utf8").length === 1) process.exit(1);
    const results = {
      initialize: ({ protocolVersion }) => ({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: "s", version: "1" } }),
      "tools/list": () => ({ tools: [{ name: "run", inputSchema: { type: "object" } }] }),
      "tools/call": () => ({ content: [{ type: "text", text: "ran" }] }),
    };
    require("node:readline").createInterface({ input: process.stdin }).on("line", (line) => {
      const { id, method, params } = JSON.parse(line);
      const result = results[method]?.(params);
      if (result !== undefined) console.log(JSON.stringify({ jsonrpc: "2.0", id, result }));
    });`;
  const source = openSource({ command: process.execPath, args: ["-e", code] });
  const asked: Promise<unknown>[] = [];
  const ask = (): void => void asked.push(source.call("run", {}).then(firstText));
  const heard = new Promise<void>((resolve) => {
    source.onChange(() => {
      if (source.snapshot().status !== "failed" || asked.length > 0) return;
      ask();
      // Once what the failed attempt leaves behind has run.
      setImmediate(() => {
        ask();
        resolve();
      });
    });
  });
  await source.settled();
  await heard;
  expect(await Promise.all(asked)).toEqual(["ran", "ran"]);
  expect(readFileSync(file, "utf8")).toBe("xx");
});
