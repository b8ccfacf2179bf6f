import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent, type Model, type ModelResponse, RunContext, Runner, RunState, Usage } from "@openai/agents";
import { expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { openaiAgentsTools } from "./openai-agents-tools.ts";

const nap = defineTool({
  name: "nap",
  description: "Rests.",
  inputSchema: { type: "object" },
  execute: () => "rested",
});

test("tools can be left out, and their descriptions follow the catalog", async () => {
  await using codemode = createCodemode();
  const [tool, ...others] = openaiAgentsTools(codemode, {
    set: "minimal",
    exclude: ["search_tools", "get_tool_details"],
  });
  expect([tool?.name, others]).toEqual(["execute_code", []]);
  expect(tool?.description).not.toContain("host");
  codemode.registry.addTools("host", [nap]);
  expect(tool?.description).toContain("host");
});

test("arguments that do not fit are told to the model, with what the tool takes", async () => {
  await using codemode = createCodemode();
  const [tool] = openaiAgentsTools(codemode, { set: "minimal" });
  const output = await tool?.invoke(new RunContext({}), '{"words":1}');
  expect(output).toContain("search_tools takes: query");
});

test("a call that is aborted rejects with the reason and stops the program", async () => {
  await using codemode = createCodemode();
  const tool = openaiAgentsTools(codemode).find(({ name }) => name === "execute_code");
  const reason = new Error("enough");
  const code = JSON.stringify({ code: "await codemode.sleep(20_000)" });
  await expect(tool?.invoke(new RunContext({}), code, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  expect(codemode.executor.running()).toEqual([]);
});

/** A model that wants a program to be run, and then says what came of it. */
function programModel(code: string): Model {
  const usage = new Usage();
  return {
    getResponse: async ({ input }) => {
      const done = Array.isArray(input) ? input.find(({ type }) => type === "function_call_result") : undefined;
      const output: ModelResponse["output"] =
        done === undefined
          ? [
              {
                type: "function_call",
                name: "execute_code",
                callId: "c1",
                status: "completed",
                arguments: JSON.stringify({ code }),
              },
            ]
          : [
              {
                type: "message",
                role: "assistant",
                status: "completed",
                content: [{ type: "output_text", text: JSON.stringify(done) }],
              },
            ];
      return { usage, output };
    },
    async *getStreamedResponse() {},
  };
}

test("a program that needs an approval interrupts the run of an agent, and goes on when that is approved", async () => {
  const made: unknown[] = [];
  const pay = defineTool({
    name: "pay",
    description: "Pays.",
    inputSchema: { type: "object", properties: { n: { type: "number" } } },
    execute: ({ n }) => {
      made.push(n);
      return `paid ${String(n)}`;
    },
  });
  await using codemode = createCodemode({ tools: { bank: [pay] }, policy: { preset: "ask-writes" } });
  const model = programModel("await bank.pay({ n: 7 })");
  const agent = new Agent({ name: "payer", model, tools: openaiAgentsTools(codemode, { approvals: true }) });
  const runner = new Runner({ tracingDisabled: true });
  const first = await runner.run(agent, "Pay.");
  expect([first.interruptions.length, made]).toEqual([1, []]);
  for (const interruption of first.interruptions) first.state.approve(interruption);
  const second = await runner.run(agent, first.state);
  expect([second.finalOutput, made]).toEqual([expect.stringContaining("paid 7"), [7]]);
});

test("the state of an agent goes on in another process: the run goes on by its journal, and nothing is done twice", async () => {
  const stateDir = mkdtempSync(join(tmpdir(), "codemode-agents-"));
  const made: string[] = [];
  const tool = (name: string) =>
    defineTool({ name, description: name, inputSchema: { type: "object" }, execute: () => made.push(name) });
  const open = () =>
    createCodemode({
      tools: { bank: [tool("book"), tool("pay")] },
      policy: { rules: [{ tools: "bank__pay", decision: "ask" }] },
      stateDir,
    });
  const model = programModel("const first = await bank.book({}); await bank.pay({}); `booked ${first}`");
  const agentOf = (source: Parameters<typeof openaiAgentsTools>[0]) =>
    new Agent({ name: "payer", model, tools: openaiAgentsTools(source, { approvals: true }) });
  const runner = new Runner({ tracingDisabled: true });
  await using first = open();
  const asked = await runner.run(agentOf(first), "Pay.");
  expect([asked.interruptions.length, made]).toEqual([1, ["book"]]);
  const kept = asked.state.toString();
  await first.close();

  await using second = open();
  const agent = agentOf(second);
  const state = await RunState.fromString(agent, kept);
  for (const interruption of state.getInterruptions()) state.approve(interruption);
  const done = await runner.run(agent, state);
  expect([done.finalOutput, made]).toEqual([expect.stringContaining("booked 1"), ["book", "pay"]]);
  expect(await second.executor.runs.list()).toMatchObject({ total: 1, runs: [{ status: "completed" }] });
  await second.close();
  rmSync(stateDir, { recursive: true, force: true });
});
