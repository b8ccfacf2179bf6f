import { expect, test } from "vitest";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import { parseSkillDocument } from "../../skills/format/front-matter.ts";
import { type PresentTools, toolNotes } from "./tool-notes.ts";
import { skillToolRule } from "./tool-rule.ts";

const catalog = createToolCatalog(
  ["files__read_file", "files__write_file", "my-server__go", "mcp__start"].map((name) => {
    const [serverName = "", toolName = ""] = name.split("__");
    return { name, serverName, toolName, description: "", inputSchema: { type: "object" as const } };
  }),
);
const present: PresentTools = {
  catalog: () => catalog,
  listServers: () => [
    { name: "files", toolCount: 2 },
    { name: "sleepy", toolCount: 0 },
  ],
};

function read(yaml: string): { readonly name: string; readonly allowedTools?: readonly string[] } {
  const { allowedTools, deniedTools } = parseSkillDocument(`---\nname: x\ndescription: d\n${yaml}\n---\n`).frontMatter;
  return {
    name: "x",
    ...(allowedTools === undefined ? {} : { allowedTools }),
    ...(deniedTools === undefined ? {} : { deniedTools }),
  };
}

/** The tools a skill may call. */
function allowed(yaml: string): readonly string[] {
  const rule = skillToolRule(read(yaml));
  return catalog.tools
    .filter((tool) => {
      try {
        rule(tool);
        return true;
      } catch {
        return false;
      }
    })
    .map(({ name }) => name);
}

const ALL = catalog.tools.map(({ name }) => name);
const NOTHING_LEFT = expect.stringContaining("So its scripts may call no tools.");

test.each([
  ["a tool by its full name", "allowed-tools: files__read_file", ["files__read_file"]],
  ["a tool in the spelling of other clients", "allowed-tools: mcp__files__read_file", ["files__read_file"]],
  ["a server", "allowed-tools: files", ["files__read_file", "files__write_file"]],
  ["a server in the spelling of other clients", "allowed-tools: mcp__my-server", ["my-server__go"]],
  ["a server that is itself called mcp", "allowed-tools: mcp__start", ["mcp__start"]],
  ["a pattern", "allowed-tools: files__*", ["files__read_file", "files__write_file"]],
  ["blanks between names", "allowed-tools: Read files__read_file Bash(git add:*)", ["files__read_file"]],
  ["commas between names", "allowed-tools: Read, files__read_file, Bash(git add:*), Write", ["files__read_file"]],
  ["a list", "allowed-tools: [Read, files__read_file]", ["files__read_file"]],
  ["no list at all", "", ALL],
  ["an empty list", "allowed-tools: []", []],
  ["tools of another client only", "allowed-tools: Read, WebFetch", []],
  ["a condition that nobody checks here", "allowed-tools: files__read_file(/tmp/*)", []],
  ["a denied tool", "denied-tools: files__write_file", ["files__read_file", "my-server__go", "mcp__start"]],
  [
    "a denied tool with a condition",
    "denied-tools: mcp__files__write_file(/etc/*) my-server",
    ["files__read_file", "mcp__start"],
  ],
])("%s allows what it says", (_what, yaml, tools) => {
  expect(allowed(yaml)).toEqual(tools);
});

test("names that are no tools here are noted, and so is a list that leaves nothing", () => {
  expect(toolNotes(read("allowed-tools: Read files__read_file Bash(git:*)"), present)).toEqual([
    'allowed-tools names "Read", "Bash(git:*)", which are not tools here and have no effect.',
  ]);
  expect(toolNotes(read("allowed-tools: Read"), present)).toEqual([
    'allowed-tools names "Read", which is not a tool here and has no effect.',
    NOTHING_LEFT,
  ]);
  expect(toolNotes(read("allowed-tools: files__read_file(/tmp/*)"), present)).toEqual([
    expect.stringContaining("these entries allow nothing"),
    NOTHING_LEFT,
  ]);
  expect(toolNotes(read("denied-tools: Bash"), present)).toEqual([
    expect.stringContaining('denied-tools names "Bash"'),
  ]);
});

test("tools of a server that is not connected yet, and a skill without lists, get no notes", () => {
  expect(toolNotes(read("allowed-tools: sleepy__work mcp__sleepy__rest files.read_file"), present)).toEqual([]);
  expect(toolNotes(read(""), present)).toEqual([]);
  expect(toolNotes(read("allowed-tools: []"), present)).toEqual([]);
});

test("a refused tool is told with the list that lacks it", () => {
  const [tool] = catalog.tools;
  if (tool === undefined) throw new Error("no tool");
  expect(() => skillToolRule(read("allowed-tools: Read, Bash(git:*)"))(tool)).toThrow(
    'files__read_file is a tool the skill "x" does not list among its allowed tools (Read, Bash(git:*)).',
  );
});
