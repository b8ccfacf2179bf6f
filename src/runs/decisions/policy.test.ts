import { expect, test } from "vitest";
import type { Catalog } from "../../catalog/catalog.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { ToolAnnotations, ToolEntry } from "../../catalog/tool.ts";
import { decide } from "./policy.ts";

function tool(name: string, annotations: ToolAnnotations = {}): [ToolEntry, Catalog] {
  const [serverName = ""] = name.split("__");
  const catalog = createToolCatalog([{ name, serverName, description: "", inputSchema: {}, annotations }]);
  const [entry] = catalog.tools;
  if (entry === undefined) throw new Error("no entry");
  return [entry, catalog];
}

test("everything is allowed unless something else is said", () => {
  expect(decide({}, ...tool("a__b"))).toBe("allow");
  expect(decide({ default: "deny" }, ...tool("a__b"))).toBe("deny");
});

test("the first rule that matches decides", () => {
  const policy = {
    rules: [
      { tools: "a__read*", decision: "allow" },
      { tools: "a__*", decision: "deny" },
    ],
  } as const;
  expect(decide(policy, ...tool("a__read_file"))).toBe("allow");
  expect(decide(policy, ...tool("a__write"))).toBe("deny");
  expect(decide(policy, ...tool("b__write"))).toBe("allow");
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
  expect(decide({ rules: [{ tools, decision: "deny" }] }, ...tool(name))).toBe(matches ? "deny" : "allow");
});

test("a tool without annotations counts as destructive and not as read-only", () => {
  const destructive = { rules: [{ annotation: "destructive", decision: "deny" }] } as const;
  expect(decide(destructive, ...tool("a__b"))).toBe("deny");
  expect(decide(destructive, ...tool("a__b", { readOnlyHint: true }))).toBe("allow");
  expect(decide(destructive, ...tool("a__b", { destructiveHint: false }))).toBe("allow");
  const readOnly = { default: "deny", rules: [{ annotation: "readOnly", decision: "allow" }] } as const;
  expect(decide(readOnly, ...tool("a__b"))).toBe("deny");
  expect(decide(readOnly, ...tool("a__b", { readOnlyHint: true }))).toBe("allow");
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
      return decide({ rules: [{ tools, decision: "deny" }] }, entry, rivals) === "deny";
    };
    expect([denies("a.b__c"), denies("a__b.c")]).toEqual([a, ab]);
  },
);
