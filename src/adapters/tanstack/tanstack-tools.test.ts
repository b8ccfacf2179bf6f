import { expect, test } from "vitest";
import { createCodemode } from "../../host/create-codemode.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { tanstackTools } from "./tanstack-tools.ts";

const nap = defineTool({
  name: "nap",
  description: "Rests.",
  inputSchema: { type: "object" },
  execute: () => "rested",
});

test("tools can be left out, and their descriptions follow the catalog", async () => {
  await using codemode = createCodemode();
  const [tool, ...others] = tanstackTools(codemode, { set: "minimal", exclude: ["search_tools", "get_tool_details"] });
  expect([tool?.name, others]).toEqual(["execute_code", []]);
  expect(tool?.description).not.toContain("host");
  codemode.registry.addTools("host", [nap]);
  expect(tool?.description).toContain("host");
});

test("a failure rejects with the text for the model, after the structure was told to the host", async () => {
  await using codemode = createCodemode();
  const tool = tanstackTools(codemode).find(({ name }) => name === "execute_code");
  const told: unknown[] = [];
  const emitCustomEvent = (name: string, value: unknown): void => void told.push([name, value]);
  const call = tool?.execute?.({ code: 'throw new Error("no luck")' }, { context: undefined, emitCustomEvent });
  await expect(call).rejects.toThrow("no luck");
  const structured = expect.objectContaining({ status: "failed" });
  expect(told).toContainEqual(["codemode_result", { tool: "execute_code", structured, isError: true }]);
});
