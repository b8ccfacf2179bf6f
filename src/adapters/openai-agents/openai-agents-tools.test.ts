import { RunContext } from "@openai/agents";
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
