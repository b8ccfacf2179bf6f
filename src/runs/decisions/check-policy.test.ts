import { expect, test } from "vitest";
import { assertRulesMatch } from "./check-policy.ts";
import type { PolicyRule } from "./policy.ts";

const SERVERS = ["files", "git__hub"];

test.each<readonly [problem: string, hint: string, rules: readonly Omit<PolicyRule, "decision">[]]>([
  ["no name of a server", "*__read_file", [{ tools: "read_file" }]],
  ['no server called "file"', "files__read", [{ tools: "file__read" }]],
  ['no server called "mcp__files"', "files__read", [{ tools: "mcp__files__read" }]],
  ['no server called "weather"', "files, git__hub", [{ tools: "weather__*" }]],
  ["not a JSON pointer", '"/a/b"', [{ arguments: { "a.b": "*" } }]],
  ["rule 0 before it", "narrower rule first", [{}, { tools: "files__*" }]],
  ["rule 0 before it", "narrower rule first", [{ tools: "files__*" }, { tools: "files__read*" }]],
  ["rule 1 before it", "narrower rule first", [{ tools: "git__hub__*" }, { tools: "*x*" }, { tools: "files__ax*" }]],
  [
    "rule 0 before it",
    "narrower rule first",
    [
      { tools: "files__*", arguments: { "/a": "b*" } },
      { tools: "files__read", arguments: { "/a": "bc", "/d": "*" } },
    ],
  ],
])("a rule that can never match is refused: %s (%s)", (problem, hint, rules) => {
  const policy = { rules: rules.map((rule) => ({ ...rule, decision: "deny" as const })) };
  expect(() => assertRulesMatch(policy, SERVERS)).toThrow(
    expect.objectContaining({
      code: "config_error",
      message: expect.stringContaining(problem),
      details: expect.objectContaining({ hint: expect.stringContaining(hint) }),
    }),
  );
});

test.each<readonly [rules: readonly Omit<PolicyRule, "decision">[]]>([
  [[{ tools: "files__read" }, { tools: "files__*" }]],
  [[{ annotation: "readOnly" }, { annotation: "destructive" }, {}]],
  [[{ tools: "files__*", arguments: { "/a": "b" } }, { tools: "files__*" }]],
  [
    [
      { tools: "files__*", arguments: { "/a": "b" } },
      { tools: "files__read", arguments: { "/c": "b" } },
    ],
  ],
  [[{ tools: "*read*" }, { tools: "git*" }]],
  [[{ tools: "git__*" }, { tools: "git__hub__*" }]],
])("rules that can match are accepted: %j", (rules) => {
  const policy = { rules: rules.map((rule) => ({ ...rule, decision: "deny" as const })) };
  expect(() => assertRulesMatch(policy, SERVERS)).not.toThrow();
});

test("where servers may be added later, any name can be one", () => {
  const policy = { rules: [{ tools: "weather__*", decision: "deny" }] } as const;
  expect(() => assertRulesMatch(policy)).not.toThrow();
});

test.each<readonly [kind: string, make: (index: number) => Omit<PolicyRule, "decision">]>([
  ["names", (index) => ({ tools: `files__tool_${index}` })],
  ["beginnings", (index) => ({ tools: `files__tool_${index}_*` })],
  ["ends", (index) => ({ tools: `*_tool_${index}` })],
  ["arguments", (index) => ({ tools: "files__write", arguments: { "/path": `/folder/${index}` } })],
])(
  "twenty thousand rules are checked in the time of reading them, and one that can never match is found: %s",
  (_, make) => {
    const rules = Array.from({ length: 20_000 }, (__, index) => ({ ...make(index), decision: "ask" as const }));
    expect(() => assertRulesMatch({ rules }, SERVERS)).not.toThrow();
    const repeated = [...rules, { ...make(7), decision: "deny" as const }];
    expect(() => assertRulesMatch({ rules: repeated }, SERVERS)).toThrow("rule 7 before it");
  },
);

test("twenty thousand rules that have nothing fixed in common are checked all the same", () => {
  const rules = Array.from({ length: 20_000 }, (_, index) => ({ tools: `*_${index}_*`, decision: "ask" as const }));
  expect(() => assertRulesMatch({ rules }, SERVERS)).not.toThrow();
});
