import { expect, test } from "vitest";
import type { Catalog } from "../../catalog/catalog.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { ToolAnnotations, ToolEntry } from "../../catalog/tool.ts";
import { decide, type Policy } from "./policy.ts";

function decisionOf(policy: Policy, [entry, catalog]: ReturnType<typeof tool>, args?: unknown): string {
  return decide(policy, { tool: entry, arguments: args }, catalog).decision;
}

function tool(name: string, annotations: ToolAnnotations = {}): [ToolEntry, Catalog] {
  const [serverName = ""] = name.split("__");
  const catalog = createToolCatalog([{ name, serverName, description: "", inputSchema: {}, annotations }]);
  const [entry] = catalog.tools;
  if (entry === undefined) throw new Error("no entry");
  return [entry, catalog];
}

test("everything is allowed unless something else is said", () => {
  expect(decisionOf({}, tool("a__b"))).toBe("allow");
  expect(decisionOf({ default: "deny" }, tool("a__b"))).toBe("deny");
});

test("the first rule that matches decides", () => {
  const policy = {
    rules: [
      { tools: "a__read*", decision: "allow" },
      { tools: "a__*", decision: "deny" },
    ],
  } as const;
  expect(decisionOf(policy, tool("a__read_file"))).toBe("allow");
  expect(decisionOf(policy, tool("a__write"))).toBe("deny");
  expect(decisionOf(policy, tool("b__write"))).toBe("allow");
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
  expect(decisionOf({ rules: [{ tools, decision: "deny" }] }, tool(name))).toBe(matches ? "deny" : "allow");
});

test("a tool without annotations counts as destructive and not as read-only", () => {
  const destructive = { rules: [{ annotation: "destructive", decision: "deny" }] } as const;
  expect(decisionOf(destructive, tool("a__b"))).toBe("deny");
  expect(decisionOf(destructive, tool("a__b", { readOnlyHint: true }))).toBe("allow");
  expect(decisionOf(destructive, tool("a__b", { destructiveHint: false }))).toBe("allow");
  const readOnly = { default: "deny", rules: [{ annotation: "readOnly", decision: "allow" }] } as const;
  expect(decisionOf(readOnly, tool("a__b"))).toBe("deny");
  expect(decisionOf(readOnly, tool("a__b", { readOnlyHint: true }))).toBe("allow");
});

const rival = { description: "", inputSchema: {} };
const rivals = createToolCatalog([
  { ...rival, name: "a__b__c", serverName: "a", toolName: "b__c" },
  { ...rival, name: "a__b__c", serverName: "a__b", toolName: "c" },
  { ...rival, name: "a__read", serverName: "a", toolName: "read" },
]);

test.each<readonly [pattern: string, ofA: boolean, ofAB: boolean]>([
  ["a__b__*", false, true],
  ["a__b__c", false, true],
  ["a__b__c_2", false, false],
  ["a__*", true, false],
  ["a__b*", true, false],
  ["*__c", false, true],
  ["*", true, true],
])(
  "beside server a__b, the pattern %j is about tool b__c of server a: %j, about tool c of a__b: %j",
  (tools, a, ab) => {
    const denies = (name: string): boolean => {
      const entry = rivals.get(name);
      if (entry === undefined) throw new Error(`no ${name}`);
      return decisionOf({ rules: [{ tools, decision: "deny" }] }, [entry, rivals]) === "deny";
    };
    expect([denies("a.b__c"), denies("a__b.c")]).toEqual([a, ab]);
  },
);

test.each<readonly [NonNullable<Policy["preset"]>, unmarked: string, reads: string, adds: string]>([
  ["allow-all", "allow", "allow", "allow"],
  ["ask-destructive", "ask", "allow", "allow"],
  ["ask-writes", "ask", "allow", "ask"],
  ["read-only", "deny", "allow", "deny"],
])(
  "the preset %s decides about tools without marks, that read, and that only add: %s, %s, %s",
  (preset, ...decisions) => {
    const marks: readonly ToolAnnotations[] = [{}, { readOnlyHint: true }, { destructiveHint: false }];
    expect(marks.map((annotations) => decisionOf({ preset }, tool("a__b", annotations)))).toEqual(decisions);
  },
);

test("a rule decides before the preset, and the preset before the default", () => {
  const policy: Policy = { preset: "ask-destructive", default: "deny", rules: [{ tools: "a__*", decision: "allow" }] };
  expect(decisionOf(policy, tool("a__b"))).toBe("allow");
  expect(decisionOf(policy, tool("b__b"))).toBe("ask");
  expect(decisionOf(policy, tool("b__b", { readOnlyHint: true }))).toBe("deny");
});

test.each<readonly [pointer: string, pattern: string, args: unknown, matches: boolean]>([
  ["/action", "delete*", { action: "delete_all" }, true],
  ["/action", "delete*", { action: "Delete" }, false],
  ["/action", "delete*", {}, false],
  ["/action", "*", { action: null }, true],
  ["/text", "a*z", { text: "a\nz" }, true],
  ["/count", "5", { count: 5 }, true],
  ["/deep/list/1", "b", { deep: { list: ["a", "b"] } }, true],
  ["/deep/list/01", "b", { deep: { list: ["a", "b"] } }, false],
  ["/deep/list/length", "*", { deep: { list: ["a", "b"] } }, false],
  ["/list", '["a"]', { list: ["a"] }, true],
  ["/a~1b~0c", "x", { "a/b~c": "x" }, true],
  ["/constructor", "*", {}, false],
  ["", '*"drop"*', { sql: "drop" }, true],
])("the argument pattern %j: %j matches %j: %j", (...[pointer, pattern, args, matches]) => {
  const policy = { rules: [{ arguments: { [pointer]: pattern }, decision: "deny" }] } as const;
  expect(decisionOf(policy, tool("a__b"), args)).toBe(matches ? "deny" : "allow");
});

test("the reason of a rule is that of the decision", () => {
  const policy = { rules: [{ tools: "a__b", decision: "deny", reason: "never on Fridays" }] } as const;
  const [entry, catalog] = tool("a__b");
  expect(decide(policy, { tool: entry }, catalog)).toEqual({ decision: "deny", reason: "never on Fridays" });
});
