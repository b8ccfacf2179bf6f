import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { Client, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import * as z from "zod";
import { CLI, testFolder } from "../../src/cli/__fixtures__/run-cli.ts";

// Everything that is carried, between the official client and servers of both protocols, over each transport and in each
// protocol on our side.

const script = fileURLToPath(new URL("../../src/sources/mcp/__fixtures__/eras-server.mjs", import.meta.url));
const OLD = { command: process.execPath, args: [script, "stdio", "legacy"] };

let folder: Awaited<ReturnType<typeof testFolder>>;
const ends: (() => unknown)[] = [];

beforeAll(async () => {
  const remote = spawn(process.execPath, [script, "http", "modern"], { stdio: ["ignore", "pipe", "inherit"] });
  ends.push(() => remote.kill("SIGKILL"));
  const port = await new Promise<string>((resolve) => remote.stdout.once("data", (chunk) => resolve(String(chunk))));
  const young = { url: `http://127.0.0.1:${port.trim()}/mcp` };
  folder = await testFolder({ stateDir: "state", mcpServers: { old: OLD, young } });
});
afterAll(async () => {
  for (const end of ends) end();
  await folder[Symbol.asyncDispose]();
});

async function transportTo(over: "stdio" | "http"): Promise<Transport> {
  if (over === "stdio") {
    const env = { PATH: process.env["PATH"] ?? "", HOME: folder.path };
    return new StdioClientTransport({ command: process.execPath, args: [CLI, "serve"], cwd: folder.path, env });
  }
  const child = spawn(process.execPath, [CLI, "serve", "--http", "127.0.0.1:0", "--token", "a-token-of-the-test"], {
    cwd: folder.path,
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const url = await new Promise<string>((resolve) => {
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        said += chunk.toString();
        const found = /http:\/\/127\.0\.0\.1:\d+\/mcp/.exec(said)?.[0];
        if (found !== undefined) resolve(found);
      });
  });
  return new StreamableHTTPClientTransport(new URL(url), {
    requestInit: { headers: { authorization: "Bearer a-token-of-the-test" } },
  });
}

const PROGRAM = `import { emit, readResource, getPrompt } from "codemode";
const found = {};
for (const [name, server] of Object.entries({ old, young })) {
  const { messages } = await getPrompt(name, "greet", {});
  const [{ text }] = await readResource(name, "note://one");
  await emit((await server.image({}))[0]);
  found[name] = [await server.era({}), text, messages[0].content.text, await server.ask({})];
}
found`;

const structured = z.looseObject({ value: z.unknown(), error: z.unknown() });

test.each([
  ["stdio", "legacy"],
  ["stdio", "modern"],
  ["http", "legacy"],
  ["http", "modern"],
] satisfies readonly (readonly ["stdio" | "http", "legacy" | "modern"])[])(
  "over %s in the %s protocol a program reads, renders, asks and shows what servers of both protocols have",
  async (over, era) => {
    const mode = era === "legacy" ? "legacy" : { pin: "2026-07-28" };
    const client = new Client(
      { name: "a client", version: "1" },
      { capabilities: { elicitation: { form: {} } }, versionNegotiation: { mode } },
    );
    const asked: string[] = [];
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      asked.push(params.message);
      return { action: "accept", content: { colour: "green" } };
    });
    await client.connect(await transportTo(over));
    onTestFinished(() => client.close());
    expect(client.getProtocolEra()).toBe(era);
    const call = { name: "execute_code", arguments: { code: PROGRAM, timeout: 120 } };
    const result = await client.callTool(call, { timeout: 140_000 });
    const { value, error } = structured.parse(result.structuredContent);
    expect(error ?? value).toEqual({
      old: ["legacy", "a note", "Hello.", "it is green"],
      young: ["modern", "a note", "Hello.", "it is green"],
    });
    expect(asked).toEqual(["old", "young"].map((name) => `The server "${name}" asks: Which colour?`));
    expect(result.content.filter(({ type }) => type === "image")).toHaveLength(2);
  },
  150_000,
);
