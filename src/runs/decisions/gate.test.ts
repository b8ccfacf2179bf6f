import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeModeExecutor } from "../../host/executor.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { ToolRegistry } from "../../sources/tool-registry.ts";

let registry: ToolRegistry;

beforeAll(() => {
  registry = new ToolRegistry();
  const inputSchema = { type: "object", properties: { n: { type: "number" } }, required: ["n"] } as const;
  registry.addTools("host", [
    defineTool({ name: "twice", description: "Doubles.", inputSchema, execute: ({ n }) => Number(n) * 2 }),
    defineTool({ name: "wipe", description: "Deletes.", inputSchema: { type: "object" }, execute: () => "gone" }),
  ]);
});

afterAll(() => registry.close());

test("a call of the registry passes the gate of the executor that was made with it, while that is open", async () => {
  const heard: string[] = [];
  const executor = new CodeModeExecutor(registry, {
    policy: { rules: [{ tools: "host__wipe", decision: "deny" }] },
    onEvent: (event) => heard.push("tool" in event ? `${event.type} ${event.tool}` : event.type),
  });
  expect(await registry.callTool("host__twice", { n: 2 })).toBe(4);
  await expect(registry.callTool("host__wipe")).rejects.toMatchObject({ code: "policy_denied" });
  await expect(registry.callTool("host__twice", { n: "2" })).rejects.toMatchObject({ code: "invalid_arguments" });
  expect(heard.filter((line) => line.startsWith("tool_call_end"))).toEqual([
    "tool_call_end host__twice",
    "tool_call_end host__wipe",
    "tool_call_end host__twice",
  ]);
  await executor.close();
  expect(await registry.callTool("host__wipe")).toBe("gone");
});
