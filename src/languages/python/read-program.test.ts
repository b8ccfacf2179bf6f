import { expect, test } from "vitest";
import { mentionedServers, mentionedSkills } from "../mentions.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import type { Mentions } from "../mentions.ts";
import { readPythonProgram } from "./read-program.ts";

const catalog = createToolCatalog([], { servers: [{ name: "git" }, { name: "github" }, { name: "my-hub" }] });

test.each([
  ["a member of a free name", "await github.do_it()", ["github"]],
  ["a name inside another", "await github.do_it()  # git", ["github"]],
  ["a text", 'print("git")', []],
  ["an import of a server", "from generated.servers import git", ["git"]],
  ["an import of a tool", "from generated.servers.git import commit as c", ["git"]],
  ["an import of a module", "import generated.servers.my_hub as hub", ["my-hub"]],
  ["the older name of the package", "from generated.mcp.git import commit", ["git"]],
  ["a member of servers", "await servers.git.commit()", ["git"]],
  ["a member of servers in brackets", 'await servers["git"]["commit"]()', ["git"]],
  ["a constant that picks a server", 'for name in ["git"]:\n    await servers[name].commit()', ["git"]],
  ["an import by name", 'import importlib\nimportlib.import_module("generated.servers.git")', ["git"]],
  ["a parameter", "def f(git):\n    return git.commit()", []],
  ["a keyword", "f(git=1)", []],
  ["a loop variable", "for git in []: git.commit()", []],
  ["a variable of a comprehension", "[git.x for git in y]", []],
  ["a caught error", "try:\n    pass\nexcept ValueError as git:\n    git.x()", []],
  ["a pattern", "match x:\n    case [git]:\n        git.y()", []],
  ["an assignment to several", "a, (git, b) = c\ngit.x()", []],
  ["another module of that name", "import git\ngit.commit()", []],
])("only whole names that are free are mentions: %s", async (_title, code, servers) => {
  const { mentions } = await readPythonProgram(code);
  expect(mentionedServers(mentions, catalog).map(({ name }) => name)).toEqual(servers);
});

test("skills are mentioned by imports of both forms", async () => {
  const { mentions } = await readPythonProgram(
    "from skills import one, two as t\nfrom skills.three import f\nimport skills.four",
  );
  expect([...mentionedSkills(mentions)].sort()).toEqual(["four", "one", "three", "two"]);
});

test.each([
  ["a call", "await git.commit()", [["git", "commit", 1, 11]]],
  ["a call in brackets", 'x = 1\nawait servers["git"]["do it"]()', [["git", "do it", 2, 22]]],
  ["an alias", "from generated.servers import git as g\ng.commit()", [["git", "commit", 2, 3]]],
  ["a dotted module", "import generated.servers.git\ngenerated.servers.git.commit()", [["git", "commit", 2, 23]]],
  ["a member that is asked for", "if git.commit: git.commit()", []],
  ["a call that is tried", "try:\n    git.commit()\nexcept Exception:\n    pass", []],
  [
    "a call in a function that may be tried",
    "f = lambda: git.commit()\ntry:\n    f()\nexcept Exception:\n    pass",
    [],
  ],
  ["a call in a function", "f = lambda: git.commit()\nf()", [["git", "commit", 1, 17]]],
])("calls are found where they stand: %s", async (_title, code, calls) => {
  const { mentions } = await readPythonProgram(code);
  const placed = mentions.calls.map(({ server, tool, at }) => [server, tool, at().line, at().column]);
  expect(placed).toEqual(calls);
});

test("a program nested too deeply for the rest of the stack mentions every word in it, however much of it is used already", async () => {
  const after = (calls: number): Promise<Mentions> =>
    calls === 0
      ? readPythonProgram("host.take(".repeat(2_000)).then(({ mentions }) => mentions)
      : after(calls - 1).finally(() => {});
  for (const calls of [0, 3_000, 6_000])
    expect((await after(calls)).freeNames.map(({ name }) => name)).toEqual(["host", "take"]);
});
