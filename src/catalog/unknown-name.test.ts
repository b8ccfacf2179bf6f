import { expect, test } from "vitest";
import { createToolCatalog } from "./create-tool-catalog.ts";
import { unknownName, type WrongName } from "./unknown-name.ts";

const tool = (serverName: string, name: string) => ({
  name: `${serverName}__${name}`,
  serverName,
  description: "",
  inputSchema: { type: "object" },
});

const catalog = createToolCatalog(
  [
    tool("my-hub", "do-it"),
    tool("my-hub", "list_all"),
    tool("files", "read_file"),
    tool("a__b", "go"),
    tool("dots", "file.open"),
    tool("dots", "file.close.all"),
  ],
  { servers: [{ name: "down", unavailable: "spawn ENOENT" }, { name: "empty" }] },
);
const modules = ["codemode", "generated/skills", "generated/servers/files"];

const cases: readonly [title: string, wrong: WrongName, message: string, hint?: string | undefined][] = [
  [
    "a tool of a server",
    { kind: "tool", name: "read_fil", server: "files" },
    'Server "files" has no tool "read_fil". Did you mean files__read_file?',
    "It has: read_file.",
  ],
  [
    "the same by its full name",
    { kind: "tool", name: "files__read_fil" },
    'Server "files" has no tool "read_fil". Did you mean files__read_file?',
  ],
  [
    "the same with a dot",
    { kind: "tool", name: "files.read_fil" },
    'Server "files" has no tool "read_fil". Did you mean files__read_file?',
  ],
  [
    "the same as clients spell it",
    { kind: "tool", name: "mcp__files__read_fil" },
    'Server "files" has no tool "read_fil". Did you mean files__read_file?',
  ],
  [
    "a tool by some of its words",
    { kind: "tool", name: "all", server: "my-hub" },
    'Server "my-hub" has no tool "all". Did you mean my-hub__list_all (in code my_hub.list_all)?',
  ],
  [
    "a tool in other case",
    { kind: "tool", name: "READ-FILE", server: "files" },
    'Server "files" has no tool "READ-FILE". Did you mean files__read_file?',
  ],
  [
    "a tool that code spells another way, once",
    { kind: "tool", name: "do_itt", server: "my_hub" },
    'Server "my-hub" has no tool "do_itt". Did you mean my-hub__do-it (in code my_hub.do_it)?',
    "It has: do_it, list_all.",
  ],
  [
    "a tool of another server",
    { kind: "tool", name: "read_file", server: "my-hub" },
    'Server "my-hub" has no tool "read_file". Did you mean files__read_file?',
  ],
  [
    "a tool of a server whose name has a separator",
    { kind: "tool", name: "a__b__goo" },
    'Server "a__b" has no tool "goo". Did you mean a__b__go?',
  ],
  [
    "a tool with dots in its own name, without its server",
    { kind: "tool", name: "file.close.all" },
    'There is no tool "file.close.all". Did you mean dots__file.close.all (in code dots.file_close_all)?',
  ],
  [
    "a tool with one dot in its own name, which is no server",
    { kind: "tool", name: "file.open" },
    'There is no tool "file.open". Did you mean dots__file.open (in code dots.file_open)?',
  ],
  [
    "a tool by some of its words, without its server",
    { kind: "tool", name: "all" },
    'There is no tool "all". Did you mean my-hub__list_all (in code my_hub.list_all) or dots__file.close.all (in code dots.file_close_all)?',
  ],
  [
    "a tool without its server",
    { kind: "tool", name: "read_file" },
    'There is no tool "read_file". Did you mean files__read_file?',
  ],
  ["nothing near", { kind: "tool", name: "zzzzzzz", server: "files" }, 'Server "files" has no tool "zzzzzzz".'],
  [
    "a tool of a server without tools",
    { kind: "tool", name: "go", server: "empty" },
    'Server "empty" has no tool "go". Did you mean a__b__go?',
    'Server "empty" has no tools at the moment.',
  ],
  [
    "a server",
    { kind: "server", name: "filez" },
    'There is no server "filez". Did you mean files?',
    "Servers: down, empty, my_hub, files, a__b, dots.",
  ],
  [
    "a server by a full name",
    { kind: "tool", name: "filez__read_file" },
    'There is no server "filez". Did you mean files?',
  ],
  ["a server in other case", { kind: "server", name: "MyHub" }, 'There is no server "MyHub". Did you mean my_hub?'],
  [
    "a server by the name it has in the configuration",
    { kind: "server", name: "my-hub" },
    'In code, server "my-hub" is called my_hub.',
  ],
  [
    "a server that is far from all, for a tool that another has",
    { kind: "server", name: "qqqqqqqq", tool: "read_file" },
    'There is no server "qqqqqqqq". Did you mean files__read_file?',
  ],
  [
    "a module",
    { kind: "module", name: "generated/skils", known: modules },
    'There is no module "generated/skils". Did you mean generated/skills?',
    "Programs can import: codemode, generated/skills, generated/servers/files.",
  ],
  [
    "an export",
    { kind: "export", name: "run_skil", module: "generated/skills", known: ["run_skill"] },
    'Module "generated/skills" has no export "run_skil". Did you mean run_skill?',
    "It exports: run_skill.",
  ],
  [
    "a skill",
    { kind: "skill", name: "pdff", known: ["pdf"] },
    'There is no skill "pdff". Did you mean pdf?',
    "Skills: pdf.",
  ],
  ["invisible characters", { kind: "skill", name: "p\u200bdf", known: ["x"] }, 'There is no skill "p\\u{200b}df".'],
];

test.each(cases)("names the nearest of its kind: %s", (...[, wrong, message, hint = expect.anything()]) => {
  const error = unknownName(catalog, wrong, { line: 2, column: 3 });
  expect(error).toMatchObject({ code: "unknown_tool", message, details: { line: 2, column: 3, hint } });
});

test("a tool of a server that is not available says why", () => {
  expect(unknownName(catalog, { kind: "tool", name: "go", server: "down" })).toMatchObject({
    code: "server_unavailable",
    message: 'Server "down" is not available, so it has no tool "go": spawn ENOENT',
    details: { tool: "down__go" },
  });
});
