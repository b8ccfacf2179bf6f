import { InMemoryTransport } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import * as z from "zod";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";
import { profileNamed } from "../../src/server/clients/client-profiles.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

/** The `initialize` parameters of real clients as they were recorded, by the name of the profile they must get. */
const RECORDED = [
  [
    "claude-code",
    "2025-11-25",
    { roots: {}, elicitation: {} },
    { name: "claude-code", title: "Claude Code", version: "2.1.197" },
  ],
  [
    "codex",
    "2025-06-18",
    { experimental: { "codex/auth-change": {} }, elicitation: { form: {}, url: {} } },
    { name: "codex-mcp-client", title: "Codex", version: "0.171.0" },
  ],
  ["gemini-cli", "2025-06-18", { roots: { listChanged: true } }, { name: "gemini-cli-mcp-client", version: "0.61.0" }],
  ["opencode", "2025-11-25", { roots: {} }, { name: "opencode", version: "1.18.33" }],
  [
    "copilot-cli",
    "2025-11-25",
    { sampling: {}, elicitation: { form: {}, url: {} } },
    { name: "copilot-cli", version: "1.0.102" },
  ],
  ["continue", "2025-11-25", {}, { name: "continue-cli-client", version: "1.0.0" }],
  ["cline", "2024-11-05", {}, { name: "@cline/core", version: "0.0.0" }],
  ["mcporter", "2025-11-25", {}, { name: "mcporter", version: "0.12.3" }],
] as const;

const many = Array.from({ length: 60 }, (_, index) =>
  defineTool({
    name: `tool_${index}`,
    description: `Does the ${index}th of many things, at some length, so that all of them do not fit.`,
    inputSchema: { type: "object", properties: { path: { type: "string" } }, required: ["path"] },
    execute: async () => "done",
  }),
);

const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const answers = z.looseObject({ id: z.number().optional(), result: z.looseObject({}).optional() });
const toolsShape = z.object({
  tools: z.array(
    z.looseObject({
      name: z.string(),
      description: z.string(),
      outputSchema: z.unknown().optional(),
      inputSchema: z.looseObject({
        properties: z.record(z.string(), z.looseObject({ description: z.string().optional() })),
      }),
    }),
  ),
});
const resultShape = z.looseObject({
  content: z.array(z.looseObject({ type: z.string(), text: z.string().optional() })),
  structuredContent: z.unknown().optional(),
  isError: z.boolean().optional(),
});

/** The list of tools stands at the parameter `code` where the profile has room for it there, within that room. */
function expectListAtParameter(tool: z.infer<typeof toolsShape>["tools"][number] | undefined, name: string): void {
  const { parameters: room } = profileNamed(name).keeps;
  const said = tool?.inputSchema.properties["code"]?.description ?? "";
  expect(said.includes("Tools: ")).toBe(room !== undefined);
  expect(said.includes("Tools: COMPLETE")).toBe(said.includes("tool_59("));
  expect(Buffer.byteLength(JSON.stringify(tool?.inputSchema))).toBeLessThanOrEqual(room ?? 2_000);
}

/** A client that writes its messages itself, as the recorded ones do. */
async function rawClient(codemode: ReturnType<typeof createCodemode>) {
  const [near, far] = InMemoryTransport.createLinkedPair();
  const server = createMcpServer(codemode);
  await server.connect(far);
  const waiting = new Map<number, (result: unknown) => void>();
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the SDK's transports are not event targets
  near.onmessage = (message) => {
    const { id, result } = answers.parse(message);
    if (id !== undefined) waiting.get(id)?.(result);
  };
  await near.start();
  let last = 0;
  const send = (message: {
    readonly method: string;
    readonly id?: number;
    readonly params?: Record<string, unknown>;
  }): Promise<void> => near.send({ jsonrpc: "2.0", ...message });
  const ask = async <T>(method: string, params: Record<string, unknown>, shape: z.ZodType<T>): Promise<T> => {
    last += 1;
    const id = last;
    const answer = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    await send({ id, method, params });
    return shape.parse(await answer);
  };
  return { send, ask, [Symbol.asyncDispose]: () => near.close() };
}

test.each(RECORDED)(
  "%s is given what it shows whole, and all that a program emits",
  async (...[name, protocolVersion, capabilities, clientInfo]) => {
    await using codemode = createCodemode({ tools: { first: many, second: many.slice(0, 3) } });
    await using client = await rawClient(codemode);
    const initialized = await client.ask(
      "initialize",
      { protocolVersion, capabilities, clientInfo },
      z.looseObject({ instructions: z.string() }),
    );
    await client.send({ method: "notifications/initialized" });
    const profile = profileNamed(name);
    expect(initialized.instructions.slice(0, 160)).toContain("Tools of first (60 tools), second (3)");
    expect(initialized.instructions).toMatch(/```ts\nconst result = await first\.[\s\S]*search_tools/);

    const { tools } = await client.ask("tools/list", {}, toolsShape);
    const main = tools.find((tool) => tool.name === "execute_code");
    const description = main?.description ?? "";
    expect(description.slice(0, 160)).toContain("calls tools of first (60 tools), second (3)");
    expect(Buffer.from(description).subarray(0, 2048).toString()).toMatch(
      /```ts\nconst result = await \w+\.tool_\d+\(\{ path: "…" \}\);[\s\S]*search_tools/,
    );
    expect(Array.from(description).length).toBeLessThanOrEqual(profile.keeps.description);
    expect(description.includes("Tools: COMPLETE")).toBe(description.includes("tool_59("));
    expectListAtParameter(main, name);
    expect(main?.outputSchema !== undefined).toBe(profile.takesStructure);
    expect(JSON.stringify(main).includes("anthropic/alwaysLoad")).toBe(profile.readsAnthropicMeta === true);

    const code = `import { emit } from "codemode";
await emit({ type: "text", text: "emitted" });
await emit({ type: "image", data: "${PIXEL}", mimeType: "image/png" });
"x".repeat(${Math.min(20_000, profile.resultCharacters - 500)})`;
    const result = await client.ask("tools/call", { name: "execute_code", arguments: { code } }, resultShape);
    expect(result.content.map(({ type }) => type)).toEqual(["text", "text", "image"]);
    expect(result.content[0]?.text).toContain("xxxx");
    expect(result.content[0]?.text).not.toContain("artifact");
    expect(result.structuredContent !== undefined).toBe(profile.takesStructure);

    const direct = await client.ask("tools/call", { name: "first__tool_7", arguments: { path: "/a" } }, resultShape);
    expect(direct.isError).toBe(true);
    expect(direct.content[0]?.text).toContain('await first.tool_7({"path":"/a"})');
    const line = /await first\.\S+/.exec(direct.content[0]?.text ?? "")?.[0];
    const followed = await client.ask("tools/call", { name: "execute_code", arguments: { code: line } }, resultShape);
    expect(followed.content[0]?.text).toContain("done");
  },
  60_000,
);

test("a client that shows few characters of a result is given the id and a preview of a longer one", async () => {
  await using codemode = createCodemode({ tools: { first: many } });
  await using client = await rawClient(codemode);
  await client.ask(
    "initialize",
    { protocolVersion: "2024-11-05", capabilities: {}, clientInfo: { name: "@cline/core", version: "0" } },
    z.unknown(),
  );
  const result = await client.ask(
    "tools/call",
    { name: "execute_code", arguments: { code: '"x".repeat(9000)' } },
    resultShape,
  );
  expect(result.content[0]?.text).toMatch(/kept as artifact \S+/);
  expect(JSON.stringify(result).length).toBeLessThan(8_000);
});
