import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createServer, request as startRequest, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import type { CallingClient, ServerRequest, ToolSource } from "../source.ts";
import { firstText, listenLocally, openSource, temporaryDirectory, until } from "./__fixtures__/hostile-source.ts";
import type { McpServerInput } from "./server-input.ts";

const script = fileURLToPath(new URL("__fixtures__/eras-server.mjs", import.meta.url));
const node = process.execPath;

function folder(): string {
  const directory = temporaryDirectory();
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}

/** Starts the server over HTTP; resolves with its address. */
async function startRemote(eras: string): Promise<string> {
  const child = spawn(node, [script, "http", eras], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  const port = await new Promise<string>((resolve) => child.stdout.once("data", (chunk) => resolve(String(chunk))));
  return `http://127.0.0.1:${port.trim()}/mcp`;
}

const WAYS = ["stdio legacy", "stdio both", "stdio modern", "http both", "http modern"] as const;

async function entryFor(way: (typeof WAYS)[number], file?: string): Promise<McpServerInput> {
  const [transport = "", eras = ""] = way.split(" ");
  if (transport === "http") return { url: await startRemote(eras) };
  return { command: node, args: [script, "stdio", eras, ...(file === undefined ? [] : [file])] };
}

/** A client that answers what servers ask, and remembers all of it. */
function answering(answer: (request: ServerRequest) => object): CallingClient & { readonly said: unknown[] } {
  const said: unknown[] = [];
  return {
    said,
    of: said,
    ask: async (request) => {
      said.push([request.server, request.method]);
      return { ...answer(request) };
    },
    log: (message) => void said.push(message),
  };
}

const blue = (): object => ({ action: "accept", content: { colour: "blue" } });

test.each([
  ["stdio legacy", "legacy"],
  ["stdio both", "legacy"],
  ["stdio modern", "modern"],
  ["http both", "modern"],
  ["http modern", "modern"],
] as const)("a server over %s is spoken to in its protocol, and everything arrives", async (way, era) => {
  const source = openSource(await entryFor(way));
  const { status, error, tools, instructions } = await source.settled();
  expect({ status, error }).toEqual({ status: "ready", error: undefined });
  expect(instructions).toBe(`I speak ${era}.`);
  expect(tools.map(({ toolName }) => toolName)).toContain("era");
  expect(firstText(await source.call("era", {}))).toBe(era);
  expect(await source.call("add", { a: 2, b: 3 })).toMatchObject({ structuredContent: { sum: 5 } });
  expect((await source.call("image", {})).content[0]).toMatchObject({ type: "image", mimeType: "image/png" });
  const client = answering(blue);
  expect(firstText(await source.call("ask", {}, { client }))).toBe("it is blue");
  const reports: unknown[] = [];
  await source.call("talk", {}, { client, onProgress: (report) => void reports.push(report) });
  expect(reports).toEqual([{ progress: 1, total: 2, message: "half" }]);
  expect(client.said).toEqual([["h", "elicitation/create"], { level: "info", logger: "h/worker", data: "half way" }]);
  const header = way.startsWith("http") ? "eu" : "no header";
  expect(firstText(await source.call("where", { region: "eu" }))).toBe(`eu ${header}`);
  const read = await source.ask?.({ method: "resources/read", params: { uri: "note://one" } });
  expect(read?.["contents"]).toMatchObject([{ text: "a note" }]);
  const prompt = await source.ask?.({ method: "prompts/get", params: { name: "greet" } });
  expect(prompt?.["messages"]).toMatchObject([{ content: { text: "Hello." } }]);
  await source.ping?.();
});

test.each(["stdio legacy", "stdio both", "stdio modern"] as const)(
  "a server over %s is started once when it has been met before",
  async (way) => {
    const cacheDirectory = folder();
    const file = `${folder()}/starts`;
    const entry = await entryFor(way, file);
    const starts = (): number => readFileSync(file, "utf8").split("started").length - 1;
    const first = openSource(entry, { cacheDirectory });
    await first.settled();
    await first.close();
    const met = starts();
    expect(met).toBe(way === "stdio modern" ? 2 : 1);
    const again = openSource(entry, { cacheDirectory });
    expect(firstText(await again.call("era", {}))).toBe(way === "stdio modern" ? "modern" : "legacy");
    expect(starts()).toBe(met + 1);
  },
);

const ended = fileURLToPath(new URL("__fixtures__/ends-at-question.mjs", import.meta.url));

test.each([
  ["both", [script, "stdio", "both"], "modern", 1],
  ["the newer alone", [script, "stdio", "modern"], "modern", 1],
  ["the older, and answers the question with an error", [script, "stdio", "legacy"], "legacy", 1],
  ["the older, and says nothing to the question", [ended, "silent"], "legacy", 1],
  ["the older, and ends at the question", [ended, "ends"], "legacy", 2],
] as const)(
  "a local server that is to be asked first, and speaks %s, is met as it can be, and never asked again",
  async (...[, args, era, starts]) => {
    const file = `${folder()}/starts`;
    const cacheDirectory = folder();
    const entry = { command: node, args: [...args, file], protocol: "modern", connectTimeoutMs: 6_000 } as const;
    const started = (): number => readFileSync(file, "utf8").split("started").length - 1;
    const first = openSource(entry, { cacheDirectory });
    expect(firstText(await first.call("era", {}))).toBe(era);
    await first.close();
    expect(started()).toBe(starts);
    expect(firstText(await openSource(entry, { cacheDirectory }).call("era", {}))).toBe(era);
    expect(started()).toBe(starts + 1);
  },
  30_000,
);

test.each(WAYS)("a server over %s hears that a call was cancelled", async (way) => {
  const file = `${folder()}/calls`;
  const source = openSource(await entryFor(way, file));
  await source.settled();
  const stop = new AbortController();
  const call = source.call("wait", {}, { signal: stop.signal });
  await source.call("era", {});
  stop.abort();
  await expect(call).rejects.toMatchObject({ code: "cancelled" });
  if (way.startsWith("http")) return;
  await expect.poll(() => readFileSync(file, "utf8")).toContain("cancelled");
});

/** What became of two calls of the same tool at once, by two clients. */
async function both(source: ToolSource, clients: readonly (CallingClient | undefined)[]): Promise<readonly unknown[]> {
  const calls = clients.map((client) => source.call("ask", {}, client === undefined ? {} : { client }));
  const settled = await Promise.allSettled(calls);
  return settled.map((each) => (each.status === "fulfilled" ? firstText(each.value) : String(each.reason)));
}

const refused = expect.stringContaining("no one client");

// Only the newer protocol says to which call a question belongs.
test.each([
  ["stdio both", [refused, refused]],
  ["http both", ["it is blue", "decline"]],
] as const)("a question over %s without a client to ask, or with one of several, is refused", async (way, answers) => {
  const source = openSource(await entryFor(way));
  await source.settled();
  expect(await both(source, [undefined])).toEqual([refused]);
  const [ada, bo] = [answering(blue), answering(() => ({ action: "decline" }))];
  expect(await both(source, [ada, bo])).toEqual(answers);
  expect(await both(source, [ada, ada])).toEqual(["it is blue", "it is blue"]);
});

test.each([
  ["sample", { sampling: true }, { role: "assistant", model: "m", content: { type: "text", text: "hi" } }],
  ["folders", { roots: true }, { roots: [{ uri: "file:///hi", name: "work" }] }],
  ["ask", {}, { action: "accept", content: { colour: "hi" } }],
] as const)("%s reaches the client where the configuration relays it", async (tool, relay, answer) => {
  for (const way of ["stdio both", "http both"] as const) {
    const entry = await entryFor(way);
    const client = answering(() => answer);
    const open = openSource({ ...entry, relay });
    expect(firstText(await open.call(tool, {}, { client }))).toContain("hi");
    const shut = openSource({ ...entry, relay: { elicitation: false } });
    const isRefused = await shut.call(tool, {}, { client }).then(
      ({ isError }) => isError,
      () => true,
    );
    expect(isRefused).toBe(true);
    expect(client.said).toHaveLength(1);
  }
});

/** A way to a server on which the streams that announce changes can be cut; resolves with its address. */
async function openWay(
  target: string,
): Promise<{ url: string; cut: () => void; opened: (count: number) => Promise<void> }> {
  const streams: ServerResponse[] = [];
  let told: () => void = () => {};
  const way = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const onward = startRequest(target, { method: request.method, headers: request.headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.on("error", () => response.destroy()).pipe(response);
      if (!body.includes("subscriptions/listen")) return;
      streams.push(response);
      told();
    });
    onward.on("error", () => response.destroy());
    response.on("close", () => onward.destroy());
    onward.end(body);
  });
  const port = await listenLocally(way);
  onTestFinished(() => {
    way.closeAllConnections();
    way.close();
  });
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    cut: () => {
      for (const stream of streams) stream.destroy();
    },
    opened: (count) =>
      new Promise((resolve) => {
        told = () => streams.length >= count && resolve();
        told();
      }),
  };
}

test("a stream of changes that drops is opened again, each time, and what changed meanwhile is found", async () => {
  const way = await openWay(await startRemote("modern"));
  const source = openSource({ url: way.url });
  const { tools } = await source.settled();
  expect(tools.map(({ toolName }) => toolName)).not.toContain("late");
  await way.opened(1);
  await source.call("grow", {});
  way.cut();
  await until(source, () => source.snapshot().tools.some(({ toolName }) => toolName === "late"));
  await way.opened(2);
  way.cut();
  await way.opened(3);
  expect(firstText(await source.call("late", {}))).toBe("late");
  expect(source.snapshot().warnings).toEqual([]);
}, 30_000);
