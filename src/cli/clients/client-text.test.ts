import { describe, expect, test } from "vitest";
import type { ClientName } from "./client-files.ts";
import { ClientText } from "./client-text.ts";
import { JSON_TEXT, setJsonMembers } from "./json-text.ts";

const entry = { command: "node", args: ["cli.js", "serve"] };
const [json, toml] = ["claude-code", "codex"] as const;

const withOwn = (client: ClientName, text: string): string =>
  new ClientText(client, text).withServer("codemode", entry);
const withoutOwn = (client: ClientName, text: string): string =>
  new ClientText(client, text).withServer("codemode", undefined);

/** Name, text before, and what must be in the text with the entry. */
const JSON_FILES: readonly (readonly [string, string, string])[] = [
  [
    "two servers",
    '{\n  "mcpServers": {\n    "a": { "command": "x" },\n    "b": { "command": "y" }\n  }\n}\n',
    '"b": { "command": "y" },\n    "codemode": {\n',
  ],
  ["tabs and no line end", '{\n\t"mcpServers": {\n\t\t"a": {}\n\t}\n}', '\t\t"codemode": {\n\t\t\t"command": "node"'],
  ["lines of Windows", '{\r\n  "mcpServers": {\r\n    "a": {}\r\n  }\r\n}\r\n', '"a": {},\r\n    "codemode": {\r\n'],
  ["a byte order mark", '\uFEFF{\n  "mcpServers": {\n    "a": {}\n  }\n}\n', "\uFEFF{\n"],
  ["one line", '{"mcpServers":{"a":{"command":"x"}},"theme":"dark"}', '{"command":"x"},"codemode":{"command":"node"'],
  ["one line with blanks", '{ "mcpServers": { "a": { "command": "x" } } }', ', "codemode": {"command":"node"'],
  [
    "a comment after the last server",
    '{\n  "mcpServers": {\n    "a": {} // keep this here\n  }\n}\n',
    '"a": {}, // keep this here\n    "codemode"',
  ],
  [
    "a comment with a comma",
    '{\n  "mcpServers": {\n    "a": {}, // trailing, comma\n    // of b\n    "b": {} /* x */\n  }\n}\n',
    "/* x */\n",
  ],
  ["a trailing comma", '{\n  "mcpServers": {\n    "a": {},\n  },\n}\n', '"a": {},\n    "codemode"'],
  [
    "comments before and after",
    '// top\n{\n  // servers\n  "mcpServers": {\n    // a\n    "a": {}\n    // end\n  }\n}\n// bottom\n',
    "// end\n  }\n}\n// bottom\n",
  ],
];

describe("an entry that is set and taken out again", () => {
  test.each(JSON_FILES)("leaves JSON byte for byte as it was: %s", (_name, before, within) => {
    const after = withOwn(json, before);
    expect(after).toContain(within);
    expect(withoutOwn(json, after)).toBe(before);
  });

  test.each([
    ["text", 'model = "x"\n\n[mcp_servers.a]\ncommand = "y"\n'],
    ["comments", '# top\n[mcp_servers.a] # a\ncommand = "y" # c\n\n# the end\n'],
    ["lines of Windows", '[mcp_servers.a]\r\ncommand = "y"\r\n'],
    ["quoted names and tables within", '[mcp_servers."a.b"]\ncommand = "y"\n[mcp_servers."a.b".env]\nK = "v"\n'],
  ])("leaves TOML byte for byte as it was: %s", (_name, before) => {
    const after = withOwn(toml, before);
    expect(after.startsWith(before)).toBe(true);
    expect(after).toContain("[mcp_servers.codemode]");
    expect(withoutOwn(toml, after)).toBe(before);
  });
});

test("an entry between others is taken out with its own comments alone", () => {
  const before =
    '{\n  "mcpServers": {\n    "a": {}, // of a\n    "codemode": { "command": "codemode" }, // ours\n    // of b\n    "b": {}\n  }\n}\n';
  expect(withoutOwn(json, before)).toBe(
    '{\n  "mcpServers": {\n    "a": {}, // of a\n    // of b\n    "b": {}\n  }\n}\n',
  );
  const table =
    '[mcp_servers.codemode]\ncommand = "codemode"\n[mcp_servers.codemode.env]\nA = "1"\n\n# of b\n[mcp_servers.b]\ncommand = "y"\n';
  expect(withoutOwn(toml, table)).toBe('# of b\n[mcp_servers.b]\ncommand = "y"\n');
});

test.each([
  ["nothing", "", '{\n  "mcpServers": {\n    "codemode": {\n'],
  ["an empty object", "{}", '{\n  "mcpServers": {\n    "codemode": {\n'],
  ["other settings", '{\n    "theme": "dark"\n}\n', '"theme": "dark",\n    "mcpServers": {\n        "codemode": {\n'],
  ["an empty map", '{\n  "mcpServers": {}\n}\n', '"mcpServers": {\n    "codemode": {\n      "command"'],
])("what is missing on the way to the entry is made in the layout of the file: %s", (_name, before, within) => {
  expect(withOwn(json, before)).toContain(within);
});

test.each([
  ["JSON that is broken", json, '{ "mcpServers": {\n  "a": }\n}', "line 2, column 8"],
  ["a list at the top", json, "[]", "does not hold an object"],
  ["TOML that is broken", toml, "a = \n", "line 1"],
  ["an entry within a line", toml, 'mcp_servers = { codemode = { command = "x" } }\n', "written within a line"],
  ["a map that is no object", json, '{ "mcpServers": 3 }', "mcpServers is not an object"],
])("a file that cannot be changed safely is refused: %s", (...[, client, text, message]) => {
  expect(() => withOwn(client, text)).toThrow(message);
});

const TEXTS: readonly (readonly [string, string])[] = [
  ...JSON_FILES.map(([name, text]) => [name, text] as const),
  ["nothing", ""],
  ["another map", '{\n  "theme": "dark"\n}\n'],
  ["an empty map", '{\n  "mcpServers": {\n    // none yet\n  }\n}\n'],
];

test.each(TEXTS)(
  "many members set at once stand where one after the other would, in a text with %s",
  (_name, before) => {
    const members = { one: entry, a: { url: "http://a" }, "two\n": { command: "z", args: [] }, b: 1 };
    const path = ["mcpServers"];
    const sequential = Object.entries(members).reduce(
      (text, [key, value]) => JSON_TEXT.set(text, [...path, key], value),
      before.replace("\uFEFF", ""),
    );
    expect(setJsonMembers(before.replace("\uFEFF", ""), path, members)).toBe(sequential);
  },
);
