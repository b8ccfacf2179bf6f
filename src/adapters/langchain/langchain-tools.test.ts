import { ToolMessage } from "@langchain/core/messages";
import type { StructuredToolInterface } from "@langchain/core/tools";
import { expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { langchainTools } from "./langchain-tools.ts";

const nap = defineTool({
  name: "nap",
  description: "Rests.",
  inputSchema: { type: "object" },
  execute: () => "rested",
});

function execute(tools: readonly StructuredToolInterface[], code: string, config: object = {}): Promise<unknown> {
  const tool = tools.find(({ name }) => name === "execute_code");
  if (tool === undefined) throw new Error("no execute_code");
  return tool.invoke({ type: "tool_call", id: "call-1", name: "execute_code", args: { code } }, config);
}

test("tools can be left out, and their descriptions follow the catalog", async () => {
  await using codemode = createCodemode();
  const [tool, ...others] = langchainTools(codemode, { set: "minimal", exclude: ["search_tools", "get_tool_details"] });
  expect([tool?.name, others]).toEqual(["execute_code", []]);
  expect(tool?.description).not.toContain("host");
  codemode.registry.addTools("host", [nap]);
  expect(tool?.description).toContain("host");
});

test("a failure is a message of status error with the structure as its artifact", async () => {
  await using codemode = createCodemode();
  const message = await execute(langchainTools(codemode), 'throw new Error("no luck")');
  if (!ToolMessage.isInstance(message)) throw new Error("no message");
  expect(message.status).toBe("error");
  expect(message.tool_call_id).toBe("call-1");
  expect(message.text).toContain("no luck");
  expect(message.artifact).toMatchObject({ status: "failed" });
});

test("progress reaches the callbacks of the call as a custom event", async () => {
  await using codemode = createCodemode({ tools: { host: [nap] } });
  const heard: unknown[] = [];
  const callbacks = [
    { handleCustomEvent: (name: string, data: { readonly message: string }) => heard.push([name, data.message]) },
  ];
  await execute(langchainTools(codemode), "await host.nap({})", { callbacks });
  expect(heard).toContainEqual(["codemode_progress", "host__nap: ok"]);
});

test("a call without an id gives its content alone", async () => {
  await using codemode = createCodemode();
  const [tool] = langchainTools(codemode, { include: ["execute_code"], set: "minimal", exclude: ["search_tools"] });
  expect(await tool?.invoke({ tool_name: "host__nap" })).toBe('There is no server "host". No server is configured.');
});
