import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { measureTimes } from "./measure.ts";
import type { Measurement } from "./report.ts";

const CLI = fileURLToPath(new URL("../../dist/cli.js", import.meta.url));
/** Clients that begin at once, each with a session of its own, some times over; and clients that go on for a while. */
const AT_ONCE = { clients: 50, rounds: 3 };
const LASTING = { clients: 200, seconds: Number(process.env["CROWD_SECONDS"] ?? 15), pauseMs: 1_000 };
/**
 * Programs of a single client. A 99th percentile of 300 is the third slowest of them, which the collector's moment
 * decides; of so many it is the same from one run to the next.
 */
const WARM_RUNS = 1_500;
const FRESH_SESSIONS = 400;
/** Time for what clients leave behind to go: what many left is compared with what a single one did. */
const SETTLE_MS = 10_000;

/** One HTTP server, its first client alone, then many: each program's answer is checked, and errors are a measurement. */
export async function measureCrowd(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), "codemode-bench-"));
  const config = join(directory, "codemode.json");
  writeFileSync(config, "{}");
  const server = spawn(process.execPath, [CLI, "serve", "--config", config, "--http", "127.0.0.1:0"], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  try {
    return await measureServer(server, new URL(await urlOf(server)));
  } finally {
    server.kill();
    await once(server, "exit");
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measureServer(server: ChildProcess, url: URL): Promise<Measurement[]> {
  const lone = new CrowdClient(url);
  await lone.begin();
  const single = await measureSingle(lone, url);
  await sleep(SETTLE_MS);
  const before = memoryOf(server);

  const burst = await measureBursts(url);
  const lasting: number[] = [];
  const many = Array.from({ length: LASTING.clients }, () => new CrowdClient(url));
  await Promise.all(many.map((client) => goOn(client, lasting)));
  const during = memoryOf(server);
  await Promise.all(many.map((client) => client.end()));
  await sleep(SETTLE_MS);
  const after = memoryOf(server);
  // Its connection may have been closed for being idle.
  await lone.end().catch(() => {});

  const errors = [lone, ...many].reduce((sum, client) => sum + client.errors, single.errors + burst.errors);
  const { clients } = AT_ONCE;
  return [
    single.warm,
    single.fresh,
    // A first program waits for the session to be made, so it is compared with that of a client that is alone with it.
    ...ratios(`${clients} clients at once, first program of each`, burst.first, { single: single.fresh, promise: 10 }),
    ...ratios(`the same beside a warm single client`, burst.first, { single: single.warm }),
    ...ratios(`${clients} clients at once, second program of each`, burst.second, { single: single.warm, promise: 10 }),
    ...ratios(`${clients} clients at once, all programs again`, burst.again, { single: single.warm, promise: 10 }),
    ...ratios(`${LASTING.clients} clients for ${LASTING.seconds} s`, lasting, { single: single.warm, promise: 20 }),
    { ...amount("errors", errors), promise: 0 },
    amount("memory of the server before, MB", before),
    amount("memory with all clients, MB", during),
    { ...amount("memory after they left over memory before", after / before), promise: 1.2 },
  ];
}

/** A client that is alone: its programs one after the other, and the first programs of sessions that it begins anew. */
async function measureSingle(
  lone: CrowdClient,
  url: URL,
): Promise<{ readonly warm: Measurement; readonly fresh: Measurement; readonly errors: number }> {
  const warm: number[] = [];
  for (let run = 0; run < WARM_RUNS; run += 1) warm.push(await lone.run());
  const fresh: number[] = [];
  let errors = 0;
  for (let session = 0; session < FRESH_SESSIONS; session += 1) {
    const client = new CrowdClient(url);
    fresh.push(await client.begin());
    await client.end();
    errors += client.errors;
  }
  return {
    warm: measureTimes("a trivial program of a single HTTP client", warm),
    fresh: measureTimes("the first program of a session that a single HTTP client begins", fresh),
    errors,
  };
}

/** First programs of sessions that are all begun at once, second ones as each is ready for it, and one more of all at once. */
async function measureBursts(
  url: URL,
): Promise<Readonly<Record<"first" | "second" | "again", readonly number[]>> & { readonly errors: number }> {
  const first: number[] = [];
  const second: number[] = [];
  const again: number[] = [];
  let errors = 0;
  for (let round = 0; round < AT_ONCE.rounds; round += 1) {
    const crowd = Array.from({ length: AT_ONCE.clients }, () => new CrowdClient(url));
    await Promise.all(
      crowd.map(async (client) => {
        first.push(await client.begin());
        second.push(await client.run());
      }),
    );
    await Promise.all(crowd.map(async (client) => again.push(await client.run())));
    await Promise.all(crowd.map((client) => client.end()));
    errors += crowd.reduce((sum, client) => sum + client.errors, 0);
  }
  return { first, second, again, errors };
}

/** Programs at random moments, about one every pause. */
async function goOn(client: CrowdClient, times: number[]): Promise<void> {
  const end = performance.now() + LASTING.seconds * 1_000;
  await sleep(Math.random() * LASTING.pauseMs);
  await client.begin();
  while (performance.now() < end) {
    times.push(await client.run());
    await sleep(LASTING.pauseMs * (0.5 + Math.random()));
  }
}

/** Medians are compared, and the 99th of 100: that is what was promised, where something was. */
function ratios(
  name: string,
  times: readonly number[],
  { single, promise }: { readonly single: Measurement; readonly promise?: number },
): Measurement[] {
  const measured = measureTimes(name, times);
  const [p99 = Number.NaN, of = Number.NaN] = [measured.p99, single.p99];
  return [
    { ...measured, ratio: measured.median / single.median },
    { ...measured, name: `${name}: p99`, median: p99, ratio: p99 / of, ...(promise === undefined ? {} : { promise }) },
  ];
}

function amount(name: string, value: number): Measurement {
  return { name, median: value, p95: value, least: value, samples: 1, unit: "" };
}

/** The address that a server writes first; what it writes later is read and dropped. */
async function urlOf({ stderr }: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    stderr?.on("data", (chunk) => {
      text = (text + String(chunk)).slice(0, 10_000);
      const url = /http:\/\/\S+/.exec(text)?.[0];
      if (url !== undefined) resolve(url);
    });
    stderr?.once("close", () => reject(new Error(`the server did not start: ${text}`)));
  });
}

/** Resident memory in MB; only on Linux. */
function memoryOf({ pid }: ChildProcess): number {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
}

/** A client with one connection and little work of its own, so that what is measured is the server. */
class CrowdClient {
  /** Number of clients so far: each begins with a program that the server has not met yet. */
  static #clients = 0;
  readonly #url: URL;
  readonly #number = (CrowdClient.#clients += 1);
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #session: string | undefined;
  #messages = 0;
  errors = 0;

  constructor(url: URL) {
    this.#url = url;
  }

  /** Begins a session; the time of its first program. */
  async begin(): Promise<number> {
    const clientInfo = { name: "crowd", version: "1" };
    await this.#ask("initialize", { protocolVersion: "2025-11-25", capabilities: {}, clientInfo });
    await this.#send("POST", JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }));
    await this.#ask("tools/list", {});
    return this.#execute(`globalThis.kept = ${this.#number}; globalThis.kept`);
  }

  /** Time of one program, which finds what the first one kept. */
  run(): Promise<number> {
    return this.#execute("globalThis.kept");
  }

  async end(): Promise<void> {
    await this.#send("DELETE", "");
    this.#agent.destroy();
  }

  async #execute(code: string): Promise<number> {
    const begun = performance.now();
    this.#check(await this.#ask("tools/call", { name: "execute_code", arguments: { code, session: "own" } }));
    return performance.now() - begun;
  }

  #check(answer: string): void {
    if (!answer.includes(`"value":${this.#number},`) && !answer.includes(`"value":${this.#number}}`)) this.errors += 1;
  }

  #ask(method: string, params: object): Promise<string> {
    this.#messages += 1;
    return this.#send("POST", JSON.stringify({ jsonrpc: "2.0", id: this.#messages, method, params }));
  }

  async #send(method: string, body: string): Promise<string> {
    const headers = {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "content-length": Buffer.byteLength(body),
      ...(this.#session === undefined ? {} : { "mcp-session-id": this.#session }),
    };
    const sent = request(this.#url, { method, agent: this.#agent, headers });
    // An error before the answer is that of the wait for it; one after it is that of its body.
    sent.on("error", () => {});
    sent.end(body);
    const [response] = await once(sent, "response");
    let text = "";
    for await (const chunk of response) text += String(chunk);
    if (response.statusCode >= 300) this.errors += 1;
    const session: unknown = response.headers["mcp-session-id"];
    if (typeof session === "string") this.#session = session;
    return text;
  }
}
