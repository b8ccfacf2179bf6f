import { Ajv2020 } from "ajv/dist/2020.js";
import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../host/create-codemode.ts";
import { defineTool } from "../sources/functions/define-tool.ts";
import type { AgentTool, AgentToolResult } from "./agent-tool.ts";
import { createAnonymousScope, createClientScope } from "./client-scope.ts";
import { codemodeTools } from "./codemode-tools.ts";

const tools = [
  defineTool({
    name: "add-up",
    description: "Adds two numbers.",
    inputSchema: {
      type: "object",
      properties: { a: { type: "number" }, b: { type: "number" } },
      required: ["a", "b"],
      additionalProperties: false,
    },
    outputSchema: { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] },
    execute: ({ a, b }) => ({ sum: Number(a) + Number(b) }),
  }),
  defineTool({
    name: "fail",
    description: "Fails.",
    inputSchema: { type: "object" },
    execute: () => {
      throw new Error("disk full");
    },
  }),
  defineTool({
    name: "picture",
    description: "Gives an image.",
    inputSchema: { type: "object" },
    execute: () => ({
      content: [
        { type: "text", text: "look" },
        { type: "image", data: "AAAA", mimeType: "image/png" },
      ],
    }),
  }),
];

let codemode: Codemode;
let all: readonly AgentTool[];

beforeAll(() => {
  codemode = createCodemode({
    tools: { host: tools },
    mcpServers: { silent: { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] } },
  });
  all = codemodeTools(codemode.executor, { set: "full", allowCallTool: true, allowAddServer: true });
});

afterAll(() => codemode.close());

const ajv = new Ajv2020({ strict: false });

/** The artifact a result names first. */
function firstArtifact(structured: AgentToolResult["structured"]): { readonly id: unknown; readonly bytes: unknown } {
  const [first]: unknown[] = Array.isArray(structured["artifacts"]) ? structured["artifacts"] : [];
  const fields = new Map(Object.entries(first ?? {}));
  return { id: fields.get("id"), bytes: fields.get("bytes") };
}

/** Calls a tool and checks its result against the schema it declares. */
async function call(name: string, args: unknown, from: readonly AgentTool[] = all): Promise<AgentToolResult> {
  const tool = from.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new Error(`no tool ${name}`);
  const result = await tool.execute(args);
  const fits = ajv.validate(tool.outputSchema, result.structured);
  expect(fits ? [] : ajv.errors).toEqual([]);
  return result;
}

describe("sets", () => {
  const names = (options: Parameters<typeof codemodeTools>[1]): string[] =>
    codemodeTools(codemode.executor, options).map(({ name }) => name);

  test("the minimal set finds and runs, the standard set adds overview and control, the full set the rest", () => {
    expect(names({ set: "minimal" })).toEqual(["search_tools", "get_tool_details", "execute_code"]);
    expect(names({}).toSorted()).toEqual(
      [
        ...names({ set: "minimal" }),
        "list_tool_names",
        "list_servers",
        "get_execution",
        "resume_execution",
        "cancel_execution",
        "read_artifact",
        "search_artifacts",
        "execute_readonly_code",
      ].toSorted(),
    );
    expect(names({ set: "full" })).toEqual(expect.arrayContaining(["preview_code", "get_execution_history"]));
  });

  test("what skips composition or starts programs is never offered without its switch", () => {
    expect(names({ set: "full" })).not.toContain("call_tool");
    expect(names({ set: "full" })).not.toContain("add_mcp_server");
    expect(() => names({ include: ["call_tool"] })).toThrow("switched on");
    expect(names({ set: "minimal", allowCallTool: true })).toContain("call_tool");
  });

  test("single tools can be added and left out, and a wrong name is told", () => {
    expect(names({ set: "minimal", include: ["read_artifact"], exclude: ["search_tools"] })).toEqual([
      "get_tool_details",
      "execute_code",
      "read_artifact",
    ]);
    expect(() => names({ exclude: ["serch_tools"] })).toThrow('no tool "serch_tools"');
  });
});

describe("arguments", () => {
  test.each([
    ["search_tools", {}, "query"],
    ["search_tools", { query: 5 }, "query"],
    ["search_tools", { query: "x", limit: 0 }, "limit"],
    ["execute_code", { code: "1", timeout: 601 }, "timeout"],
    ["execute_code", { code: "1", langage: "python" }, "langage"],
    ["execute_code", "1", "code"],
    ["get_tool_details", {}, "tool_name"],
    ["list_tool_names", { keywords: [1] }, "keywords"],
    ["read_artifact", { id: "art_none" }, "art_none"],
    ["call_tool", { tool_name: "host__add-up", arguments: { a: 1 } }, "b"],
  ])("%s refuses %j and names %s", async (name, args, field) => {
    const result = await call(name, args);
    expect(result.isError).toBe(true);
    expect(result.structured["error"]).toMatchObject({ code: "invalid_arguments" });
    expect(result.text).toContain(field);
    expect(result.text).toContain("hint:");
  });
});

describe("discovery", () => {
  test(
    "a search shows typed signatures, and waits for a silent server only once and not for long",
    { retry: 2 },
    async () => {
      const begun = performance.now();
      const { structured, text } = await call("search_tools", { query: "add numbers" });
      expect(performance.now() - begun).toBeLessThan(3_000);
      expect(structured).toMatchObject({ tools: [{ name: "host__add-up", server: "host" }], hasMore: false });
      expect(text).toContain("add_up(args: { a: number; b: number }): Promise<{ sum: number }>");
      expect(text).toContain('"silent" is still connecting');
      const again = performance.now();
      await call("search_tools", { query: "add" });
      expect(performance.now() - again).toBeLessThan(1_000);
    },
  );

  test("names are listed by server and keyword", async () => {
    expect((await call("list_tool_names", { keywords: ["numbers"] })).structured).toMatchObject({
      tools: ["host__add-up"],
      total: 1,
    });
    expect((await call("list_tool_names", { server: "host", limit: 1 })).structured).toMatchObject({
      total: 3,
      hasMore: true,
    });
  });

  test("unknown names are reported with suggestions beside the known ones", async () => {
    const result = await call("get_tool_details", { tool_names: ["host__add-up", "host__ad-up"] });
    expect(result.isError).toBe(false);
    expect(result.structured).toMatchObject({
      tools: [{ name: "host__add-up", import: 'import { add_up } from "generated/servers/host";' }],
      unknown: [{ name: "host__ad-up", suggestions: ["host__add-up"] }],
    });
    expect(await call("get_tool_details", { tool_name: "nothing" })).toMatchObject({ isError: true });
  });

  test("schemas come with full detail only", async () => {
    const { structured } = await call("get_tool_details", { tool_name: "host__add-up", detail: "signature" });
    expect(JSON.stringify(structured)).not.toContain("inputSchema");
  });

  test("servers are listed with their status", async () => {
    const { structured } = await call("list_servers", {});
    expect(structured).toMatchObject({
      servers: [
        { name: "silent", status: "connecting" },
        { name: "host", status: "ready" },
      ],
    });
  });

  test("without a list the smallest set is shown in few words, and takes what it does not show", async () => {
    const brief = codemodeTools(codemode.executor, { set: "minimal", catalogTokens: 0, include: ["read_artifact"] });
    const whole = codemodeTools(codemode.executor, { set: "minimal", include: ["read_artifact"] });
    const size = (offered: typeof brief): number =>
      JSON.stringify(offered.map(({ name, description, inputSchema }) => [name, description, inputSchema])).length;
    expect(size(brief)).toBeLessThan(size(whole) / 2);
    expect(brief.map(({ name, inputSchema }) => [name, inputSchema["required"]])).toEqual(
      whole.map(({ name, inputSchema }) => [name, inputSchema["required"] ?? []]),
    );
    const search = brief.find(({ name }) => name === "search_tools");
    expect(JSON.stringify(search?.inputSchema)).not.toContain("limit");
    expect((await search?.execute({ query: "add", limit: 1 }))?.structured).toMatchObject({ tools: [{}] });
    expect((await search?.execute({}))?.isError).toBe(true);
  });

  test("the standard set without a list takes 1,500 tokens, and bounds it does not show still hold", async () => {
    const standard = codemodeTools(codemode.executor, { catalogTokens: 0 });
    const listed = standard.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
    expect(countTokens(JSON.stringify(listed))).toBeLessThanOrEqual(1_500);
    expect(JSON.stringify(listed)).not.toMatch(/m(?:in|ax)Length/);
    expect(await call("search_tools", { query: "x".repeat(1_001) })).toMatchObject({ isError: true });
    expect(await call("execute_code", { code: "1", timeout: 0 })).toMatchObject({ isError: true });
  });

  test("a search of the smallest set without a list shows six tools where no limit is asked for", async () => {
    const inputSchema = { type: "object" } as const;
    const mills = Array.from({ length: 9 }, (_, at) =>
      defineTool({ name: `mill_${at}`, description: "Grinds.", inputSchema, execute: () => 1 }),
    );
    await using many = createCodemode({ tools: { mills } });
    const [search] = codemodeTools(many.executor, { set: "minimal", catalogTokens: 0 });
    expect((await search?.execute({ query: "mill" }))?.text).toMatch(/^6 of 9 matching tools/);
    expect((await search?.execute({ query: "mill", limit: 8 }))?.text).toMatch(/^8 of 9 matching tools/);
  });

  test("the catalogue is part of the description of execute_code and the same for equal catalogs", () => {
    const describeAgain = (): string | undefined =>
      codemodeTools(codemode.executor, { set: "minimal" }).find(({ name }) => name === "execute_code")?.description;
    expect(describeAgain()).toContain("PARTIAL: 3 tools so far. Still connecting: silent.");
    expect(describeAgain()).toContain("add_up(args: { a: number; b: number })");
    expect(describeAgain()).toBe(describeAgain());
  });
});

describe("execution", () => {
  test("a program's value, calls and text come back", async () => {
    const { structured, text, isError } = await call("execute_code", {
      code: "(await host.add_up({ a: 1, b: 2 })).sum",
    });
    expect(structured).toMatchObject({
      status: "completed",
      value: 3,
      toolCalls: [{ tool: "host__add-up", status: "ok" }],
    });
    expect(text).toBe("value: 3");
    expect(isError).toBe(false);
  });

  test("a program that fails is an error result that says where and why", async () => {
    const { structured, text, isError } = await call("execute_code", { code: "1;\nawait host.fail({})" });
    expect(isError).toBe(true);
    expect(structured).toMatchObject({ status: "failed", error: { code: "tool_error", line: 2, tool: "host__fail" } });
    expect(text).toContain("disk full");
  });

  test("what is too long for a model is sent neither as text nor as data, and read_artifact has all of it", async () => {
    const { structured, text } = await call("execute_code", { code: "'line of text\\n'.repeat(5000)" });
    expect(JSON.stringify(structured).length + text.length).toBeLessThan(5_000);
    const { id, bytes } = firstArtifact(structured);
    expect(bytes).toBe(65_000);
    const part = await call("read_artifact", { id, offset: 64_990, limit: 100 });
    expect(part.structured).toMatchObject({ text: "e of text\n", total: 65_000 });
    expect((await call("read_artifact", { id, pattern: "^line", limit: 24_000 })).structured).toHaveProperty(
      "omittedCharacters",
    );
  });

  test("emitted images are handed on as content, and what no client would take as text", async () => {
    const code = `import { emit } from "codemode";
for (const item of await host.picture({})) emit(item);
emit({ type: "image", data: "?", mimeType: "image/png" });
emit({ type: "hologram", of: "x" });`;
    const { content } = await call("execute_code", { code });
    expect(content).toEqual([
      { type: "text", text: "look" },
      { type: "image", data: "AAAA", mimeType: "image/png" },
      { type: "text", text: '{"type":"image","data":"?","mimeType":"image/png"}' },
      { type: "text", text: '{"type":"hologram","of":"x"}' },
    ]);
  });

  test("a caller hears what happens in the run", async () => {
    const reports: unknown[] = [];
    const execute = all.find(({ name }) => name === "execute_code");
    await execute?.execute(
      { code: "await host.add_up({ a: 1, b: 2 }); await host.fail({}).catch(() => 0)" },
      { onEvent: (event) => reports.push("tool" in event ? [event.type, event.tool] : event.type) },
    );
    expect(reports).toEqual([
      "run_start",
      ["tool_call_start", "host__add-up"],
      ["tool_call_end", "host__add-up"],
      ["tool_call_start", "host__fail"],
      ["tool_call_end", "host__fail"],
      "run_end",
    ]);
  });

  test("a running program can be seen and cancelled", async () => {
    const run = call("execute_code", { code: "for (;;) await host.add_up({ a: 1, b: 1 })", timeout: 20 });
    const whenRunning = async (): Promise<string> => {
      for (;;) {
        const { structured } = await call("get_execution_history", {});
        const running = structured["running"];
        const [runId] = Array.isArray(running) ? running : [];
        if (typeof runId === "string") return runId;
      }
    };
    const runId = await whenRunning();
    expect((await call("cancel_execution", { run_id: runId })).structured).toEqual({ runId, cancelled: true });
    expect((await run).structured).toMatchObject({ runId, status: "cancelled" });
    expect((await call("cancel_execution", { run_id: runId })).structured).toEqual({ runId, cancelled: false });
    expect((await call("get_execution_history", { limit: 1 })).structured).toMatchObject({
      runs: [{ runId, status: "cancelled" }],
    });
  });

  test("one tool can be called without a program", async () => {
    const { structured } = await call("call_tool", { tool_name: "host__add-up", arguments: { a: 2, b: 2 } });
    expect(structured).toEqual({ tool: "host__add-up", value: { sum: 4 }, artifacts: [] });
    expect((await call("call_tool", { tool_name: "host__picture" })).content).toEqual([
      { type: "image", data: "AAAA", mimeType: "image/png" },
    ]);
    expect(await call("call_tool", { tool_name: "host__fail" })).toMatchObject({
      isError: true,
      structured: { error: { code: "tool_error", message: "disk full" } },
    });
  });
});

describe("adding a server", () => {
  test("a server is connected and its tools are listed", async () => {
    const args = ["node_modules/@modelcontextprotocol/server-memory/dist/index.js"];
    const { structured } = await call("add_mcp_server", { name: "memory", command: process.execPath, args });
    expect(structured).toMatchObject({ server: { name: "memory", status: "ready" } });
    expect(structured["tools"]).toContain("memory__read_graph");
  });

  test.each([
    [{ name: "broken", command: "/no/such/program" }, "server_unavailable"],
    [{ name: "neither" }, "config_error"],
    [{ name: "host", command: "true" }, "config_error"],
    [{ name: "thief", url: "http://127.0.0.1:9/${HOME}" }, "config_error"],
  ])("%j is refused with %s and leaves nothing behind", async (args, code) => {
    const before = codemode.registry.listServers().map(({ name }) => name);
    expect((await call("add_mcp_server", args)).structured["error"]).toMatchObject({ code });
    expect(codemode.registry.listServers().map(({ name }) => name)).toEqual(before);
  });
});

describe("clients of one executor", () => {
  test("see neither each other's variables nor runs nor artifacts", async () => {
    const [one, other] = ["one", "other"].map((id) =>
      codemodeTools(codemode.executor, { set: "full", scope: createClientScope(codemode.executor, id) }),
    );
    const kept = await call("execute_code", { code: "globalThis.secret = 42; 'x'.repeat(30000)", session: "s" }, one);
    expect(
      (await call("execute_code", { code: "globalThis.secret ?? 'none'", session: "s" }, one)).structured["value"],
    ).toBe(42);
    expect(
      (await call("execute_code", { code: "globalThis.secret ?? 'none'", session: "s" }, other)).structured["value"],
    ).toBe("none");
    const artifact = firstArtifact(kept.structured);
    expect(await call("read_artifact", { id: artifact.id }, one)).toMatchObject({ isError: false });
    const refused = await call("read_artifact", { id: artifact.id }, other);
    expect(refused).toMatchObject({ isError: true });
    expect(refused.structured).not.toMatchObject({ error: { hint: expect.stringContaining("art_") } });
    const list = "import { artifacts } from 'codemode'; (await artifacts.list()).length";
    expect((await call("execute_code", { code: list }, other)).structured["value"]).toBe(0);
    expect((await call("get_execution_history", {}, other)).structured["runs"]).toHaveLength(2);
  });

  test("that cannot be told apart need a session name that cannot be guessed", async () => {
    const scope = createAnonymousScope(codemode.executor, () => "a-name-out-of-thin-air");
    const anonymous = codemodeTools(codemode.executor, { scope });
    const refused = await call("execute_code", { code: "1", session: "mine" }, anonymous);
    expect(refused).toMatchObject({ isError: true });
    expect(refused.text).toContain("a-name-out-of-thin-air");
    expect((await call("execute_code", { code: "1", session: "a-name-out-of-thin-air" }, anonymous)).isError).toBe(
      false,
    );
  });
});
