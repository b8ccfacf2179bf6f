import { expect, test } from "vitest";
import { foreignRules } from "./foreign-rules.ts";

const SERVERS = ["github", "files", "my-notes"];

function rulesOf(from: string, ...settings: readonly unknown[]): readonly string[] {
  const files = settings.map((each, index) => ({ from, file: `${index}.json`, settings: each }));
  return foreignRules(files, SERVERS).rules.map(({ tools, decision, annotation }) =>
    [decision, tools, ...(annotation === undefined ? [] : [annotation])].join(" "),
  );
}

test.each<readonly [rule: string, ours: string]>([
  ["mcp__github__create_issue", "github__create_issue"],
  ["mcp__github__get_*", "github__get_*"],
  ["mcp__github__*", "github__*"],
  ["mcp__github", "github__*"],
  ["mcp__my_notes__read", "my_notes__read"],
  ["mcp__*", "*"],
])("the rule %s of Claude Code is %s here", (rule, ours) => {
  expect(rulesOf("claude-code", { permissions: { ask: [rule] } })).toEqual([`ask ${ours}`]);
});

test("denials of all files come first, then what is asked for, then what is allowed, and nothing twice", () => {
  const user = { permissions: { allow: ["mcp__github", "mcp__files__read"], deny: ["mcp__github__delete_repo"] } };
  const project = {
    permissions: { ask: ["mcp__github__create_*"], allow: ["mcp__github__create_issue", "mcp__github"] },
  };
  const local = { permissions: { deny: ["mcp__files"] } };
  expect(rulesOf("claude-code", user, project, local)).toEqual([
    "deny github__delete_repo",
    "deny files__*",
    "ask github__create_*",
    "allow github__*",
  ]);
});

test.each<readonly [rule: string, decision: string, reason: string]>([
  ["Bash(git push:*)", "deny", "not about a tool of an MCP server"],
  ["Read(./.env)", "deny", "not about a tool of an MCP server"],
  ["mcp__weather__forecast", "allow", 'there is no server called "weather"'],
  ["mcp__github__create_issue(repo:mine)", "allow", "condition in brackets"],
])("the rule %s that cannot be kept as %s is named with the reason", (rule, decision, reason) => {
  const files = [{ from: "claude-code", file: "a.json", settings: { permissions: { [decision]: [rule] } } }];
  const { rules, left } = foreignRules(files, SERVERS);
  expect(rules).toEqual([]);
  expect(left).toEqual([{ rule, from: "claude-code", file: "a.json", reason: expect.stringContaining(reason) }]);
});

test("a denial with a condition denies the whole tool", () => {
  expect(rulesOf("claude-code", { permissions: { deny: ["mcp__github__push(branch:main)"] } })).toEqual([
    "deny github__push",
  ]);
});

test.each<readonly [client: string, settings: unknown, ours: readonly string[]]>([
  [
    "codex",
    {
      mcp_servers: {
        github: { default_tools_approval_mode: "prompt", tools: { get_issue: { approval_mode: "approve" } } },
        files: { default_tools_approval_mode: "auto" },
      },
    },
    ["allow github__get_issue", "ask github__*", "allow files__* readOnly"],
  ],
  [
    "cursor",
    { permissions: { allow: ["Mcp(github:get_*)", "Shell(ls)"], deny: ["Mcp(files:*)"] } },
    ["deny files__*", "allow github__get_*"],
  ],
  [
    "opencode",
    { permission: { "github_*": "ask", bash: "deny" }, tools: { "files_*": false } },
    ["ask github__*", "deny files__*"],
  ],
  [
    "vscode",
    { servers: { files: { alwaysAllow: ["read"], autoApprove: ["list"] } } },
    ["allow files__read", "allow files__list"],
  ],
  ["gemini-cli", { mcpServers: { github: { trust: true } } }, ["allow github__*"]],
])("the rules of %s are read", (client, settings, ours) => {
  expect(rulesOf(client, settings)).toEqual(ours);
});

test("settings of any shape are read without harm", () => {
  for (const settings of [null, 1, [], { permissions: 3 }, { permissions: { deny: "x", allow: [1, {}] } }]) {
    expect(rulesOf("claude-code", settings)).toEqual([]);
  }
});
