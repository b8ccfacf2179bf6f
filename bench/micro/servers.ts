import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { createCodemode } from "codemode";
import { compare, measureTogether } from "./measure.ts";
import { realServers } from "./real-servers.ts";
import type { Measurement } from "./report.ts";

const COUNT = 100;
const texts = Array.from({ length: COUNT }, (_, index) => `Echo: ${index}`);

/** Real calls to a real server over stdio, from guest code and directly with the MCP client, taking turns. */
export async function measureServers(): Promise<Measurement[]> {
  const directory = mkdtempSync(join(tmpdir(), "codemode-bench-"));
  const servers = realServers(directory);
  await using codemode = createCodemode({
    mcpServers: Object.fromEntries(servers.map(({ name, ...server }) => [name, server])),
    limits: { toolCalls: 100_000 },
  });
  const everything = servers.find(({ name }) => name === "everything");
  const client = new Client({ name: "bench", version: "1" });
  await client.connect(
    new StdioClientTransport({ command: everything?.command ?? "", args: everything?.args ?? [], stderr: "ignore" }),
  );
  try {
    await codemode.executor.setup();
    await codemode.registry.discoverAll();
    return await compareCalls(codemode, client);
  } finally {
    await client.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function compareCalls(codemode: ReturnType<typeof createCodemode>, client: Client): Promise<Measurement[]> {
  const run = (code: string) => async (): Promise<unknown> => {
    const { value, error } = await codemode.executor.execute(code, { typeCheck: false });
    if (error !== null) throw new Error(error.message);
    return value;
  };
  const direct = async (index: number): Promise<unknown> => {
    const { content } = await client.callTool({ name: "echo", arguments: { message: String(index) } });
    const [item] = content;
    return item?.type === "text" ? item.text : undefined;
  };
  const inSequence = async (): Promise<unknown> => {
    const results: unknown[] = [];
    for (let index = 0; index < COUNT; index += 1) results.push(await direct(index));
    return results;
  };
  const inParallel = (): Promise<unknown> => Promise.all(texts.map((_, index) => direct(index)));
  const guest = `(i) => everything.echo({ message: String(i) })`;
  const [directSequence, guestSequence, directParallel, guestParallel] = await measureTogether([
    { name: "100 real calls in sequence, MCP client", run: inSequence, answer: texts, rounds: 25 },
    {
      name: "100 real calls in sequence, guest code",
      run: run(
        `const call = ${guest}; const out = []; for (let i = 0; i < ${COUNT}; i++) out.push(await call(i)); out`,
      ),
      answer: texts,
      rounds: 25,
    },
    { name: "100 real calls in parallel, MCP client", run: inParallel, answer: texts, rounds: 25 },
    {
      name: "100 real calls in parallel, guest code",
      run: run(`Promise.all(Array.from({ length: ${COUNT} }, (_, i) => (${guest})(i)))`),
      answer: texts,
      rounds: 25,
    },
  ]);
  if (!directSequence || !guestSequence || !directParallel || !guestParallel)
    throw new Error("a measurement is missing");
  return [
    directSequence,
    compare(guestSequence, directSequence, 1.25),
    directParallel,
    compare(guestParallel, directParallel, 2),
  ];
}
