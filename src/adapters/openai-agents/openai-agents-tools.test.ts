import { Agent, type Model, type ModelResponse, RunContext, Runner, Usage } from "@openai/agents";
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
  const usage = new Usage();
  const model: Model = {
    getResponse: async ({ input }) => {
      const done = Array.isArray(input) && input.some(({ type }) => type === "function_call_result");
      const output: ModelResponse["output"] = done
        ? [
            {
              type: "message",
              role: "assistant",
              status: "completed",
              content: [{ type: "output_text", text: "done" }],
            },
          ]
        : [
            {
              type: "function_call",
              name: "execute_code",
              callId: "c1",
              status: "completed",
              arguments: '{"code":"await bank.pay({ n: 7 })"}',
            },
          ];
      return { usage, output };
    },
    async *getStreamedResponse() {},
  };
  const agent = new Agent({ name: "payer", model, tools: openaiAgentsTools(codemode, { approvals: true }) });
  const runner = new Runner({ tracingDisabled: true });
  const first = await runner.run(agent, "Pay.");
  expect([first.interruptions.length, made]).toEqual([1, []]);
  for (const interruption of first.interruptions) first.state.approve(interruption);
  const second = await runner.run(agent, first.state);
  expect([second.finalOutput, made]).toEqual(["done", [7]]);
});
