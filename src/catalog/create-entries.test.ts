import { expect, test } from "vitest";
import { createEntries } from "./create-entries.ts";
import type { KnownServers } from "./gather-servers.ts";
import type { ToolDefinition } from "./tool.ts";

function tool(serverName: string, toolName: string, more: Partial<ToolDefinition> = {}): ToolDefinition {
  return {
    name: `${serverName}__${toolName}`,
    serverName,
    toolName,
    description: "",
    inputSchema: { type: "object" },
    ...more,
  };
}

const FILES = [tool("files", "read"), tool("files", "write")];
const MAIL = [tool("mail", "send", { description: "Sends." })];

/** The names of the servers whose entries are the same objects after a change. */
function kept(before: readonly ToolDefinition[], after: readonly ToolDefinition[]): readonly string[] {
  const known: KnownServers = new Map();
  const first = createEntries(before, [], known);
  const second = createEntries(after, [], known);
  expect(second).toEqual(createEntries(after, []));
  expect([...known.keys()].sort()).toEqual(second.servers.map(({ name }) => name).sort());
  return second.servers
    .filter(({ tools }) => first.servers.some((server) => server.tools === tools))
    .map(({ name }) => name);
}

const CASES: readonly (readonly [string, readonly ToolDefinition[], readonly ToolDefinition[], readonly string[]])[] = [
  ["nothing changes", [...FILES, ...MAIL], [...FILES, ...MAIL], ["files", "mail"]],
  ["the servers change places", [...FILES, ...MAIL], [...MAIL, ...FILES], ["mail", "files"]],
  [
    "a description changes",
    [...FILES, ...MAIL],
    [...FILES, tool("mail", "send", { description: "Posts." })],
    ["files"],
  ],
  ["a tool is new", FILES, [...FILES, tool("files", "delete")], []],
  ["a tool is gone", FILES, FILES.slice(1), []],
  ["tools change places", FILES, FILES.toReversed(), []],
  ["a server is gone", [...FILES, ...MAIL], MAIL, ["mail"]],
  ["a definition comes twice", FILES, [...FILES, tool("files", "read")], ["files"]],
  ["another server takes a name", [tool("a", "b__c")], [tool("a", "b__c"), tool("a__b", "d")], []],
  ["another server leaves a name", [tool("a", "b__c"), tool("a__b", "c")], [tool("a", "b__c")], []],
  ["another server takes an identifier", [tool("a.b", "c")], [tool("a-b", "c"), tool("a.b", "c")], []],
];

test.each(CASES)(
  "where %s, entries are made anew of the servers that it concerns",
  (...[, before, after, expected]) => {
    const same = new Map(before.map((each) => [JSON.stringify(each), each]));
    const shared = after.map((each) => same.get(JSON.stringify(each)) ?? each);
    expect(kept(before, shared)).toEqual(expected);
  },
);

test("what is new of a server beside its tools is not held back", () => {
  const known: KnownServers = new Map();
  createEntries(FILES, [{ name: "files", unavailable: "it is away." }], known);
  const { servers } = createEntries(FILES, [{ name: "files", instructions: "Read first." }], known);
  expect(servers).toEqual(createEntries(FILES, [{ name: "files", instructions: "Read first." }]).servers);
});

test("a server of which nothing has changed is the same object, and one that is called otherwise in programs is not", () => {
  const known: KnownServers = new Map();
  const [spaced, dashed] = [tool("my files", "read"), tool("my-files", "read")];
  const first = createEntries([...MAIL, dashed], [{ name: "mail", description: "Post." }], known).servers;
  const same = createEntries([...MAIL, dashed], [{ name: "mail", description: "Post." }], known).servers;
  expect(same.map((server, place) => server === first[place])).toEqual([true, true]);
  const joined = createEntries([...MAIL, dashed, spaced], [{ name: "mail", description: "Post." }], known).servers;
  expect(joined.map(({ identifier }) => identifier)).toEqual(["mail", "my_files_2", "my_files"]);
  expect(joined.map((server) => first.includes(server))).toEqual([true, false, false]);
});

test("a misleading name is warned of in every catalog that has it", () => {
  const known: KnownServers = new Map();
  const tools = [...FILES, tool("mail", "se\u200bnd")];
  const warnings = [0, 1, 2].map(() => createEntries(tools, [], known).warnings);
  expect(warnings[0]).toHaveLength(1);
  expect(warnings).toEqual([warnings[0], warnings[0], warnings[0]]);
  expect(createEntries(FILES, [], known).warnings).toEqual([]);
});
