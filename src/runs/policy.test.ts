import { expect, test } from "vitest";
import { createToolCatalog } from "../catalog/create-tool-catalog.ts";
import type { ToolAnnotations, ToolEntry } from "../catalog/tool.ts";
import { decide } from "./policy.ts";

function tool(name: string, annotations: ToolAnnotations = {}): ToolEntry {
  const [serverName = ""] = name.split("__");
  const [entry] = createToolCatalog([{ name, serverName, description: "", inputSchema: {}, annotations }]).tools;
  if (entry === undefined) throw new Error("no entry");
  return entry;
}

test("everything is allowed unless something else is said", () => {
  expect(decide({}, tool("a__b"))).toBe("allow");
  expect(decide({ default: "deny" }, tool("a__b"))).toBe("deny");
});

test("the first rule that matches decides", () => {
  const policy = {
    rules: [
      { tools: "a__read*", decision: "allow" },
      { tools: "a__*", decision: "deny" },
    ],
  } as const;
  expect(decide(policy, tool("a__read_file"))).toBe("allow");
  expect(decide(policy, tool("a__write"))).toBe("deny");
  expect(decide(policy, tool("b__write"))).toBe("allow");
});

test.each([
  ["*", "a__b", true],
  ["a__b", "a__b", true],
  ["a__b", "a__bc", false],
  ["*delete*", "x__delete_all", true],
  ["a*b*c", "abc", true],
  ["a*b*c", "acb", false],
  ["ab*ba", "aba", false],
  ["", "a__b", false],
])("the pattern %j and the name %j match: %j", (tools, name, matches) => {
  expect(decide({ rules: [{ tools, decision: "deny" }] }, tool(name))).toBe(matches ? "deny" : "allow");
});

test("a tool without annotations counts as destructive and not as read-only", () => {
  const destructive = { rules: [{ annotation: "destructive", decision: "deny" }] } as const;
  expect(decide(destructive, tool("a__b"))).toBe("deny");
  expect(decide(destructive, tool("a__b", { readOnlyHint: true }))).toBe("allow");
  expect(decide(destructive, tool("a__b", { destructiveHint: false }))).toBe("allow");
  const readOnly = { default: "deny", rules: [{ annotation: "readOnly", decision: "allow" }] } as const;
  expect(decide(readOnly, tool("a__b"))).toBe("deny");
  expect(decide(readOnly, tool("a__b", { readOnlyHint: true }))).toBe("allow");
});
