import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
const text = (path: string): string => readFileSync(join(ROOT, path), "utf8");

const ENGINES = "src/engines";
const ESCAPES = "test/security/quickjs-escapes.test.ts";
const PYTHON_ESCAPES = `${ENGINES}/pyodide/__fixtures__/escape-programs.ts`;
const QUICKJS = `${ENGINES}/quickjs/quickjs-engine.test.ts`;
const PYODIDE = `${ENGINES}/pyodide/pyodide-engine.test.ts`;
const CONTRACT = "src/testing/contract";
const EXECUTOR = "test/system/executor.test.ts";
const BUSY = "test/system/responsiveness.test.ts";
const CALLS = "src/sources/mcp/hostile-calls.test.ts";
const LISTING = "src/sources/mcp/hostile-listing.test.ts";
const LIFE = "src/sources/mcp/life.test.ts";
const REMOTE = "src/sources/mcp/http-servers.test.ts";
const ODD = "src/sources/mcp/odd-servers.test.ts";
const LOGINS = "src/sources/mcp/auth/logins.test.ts";
const LOCKS = "src/cli/servers/lock-commands.test.ts";
const LISTS = "test/servers/changing-lists.test.ts";
const EMIT = "src/languages/typescript/emit";
const HTTP = "test/server/http.test.ts";
const HOSTILE_CLIENTS = "test/server/hostile-clients.test.ts";
const SKILLS = "src/skills/skill-safety.test.ts";

/** Bad inputs that a sandbox for tools has to stand, and the test of each by words that stand in it. */
const CATALOGUE: readonly (readonly [input: string, file: string, words: string])[] = [
  // Guests that try to get out.
  ["constructors of functions, results, promises and errors", ESCAPES, "from async and generator functions"],
  ["hooks of stacks, and callers", ESCAPES, "stack hooks see no function of ours"],
  ["modules of Node.js", ESCAPES, "import of %s is refused with what can be imported"],
  ["globals of a host", ESCAPES, "%s is not there"],
  ["prototypes of the host", ESCAPES, "prototypes of the host are not those of the guest"],
  ["own keys that name prototypes", ESCAPES, "own keys that name prototypes pass as plain keys"],
  ["proxies, getters and toJSON as arguments", ESCAPES, "proxies, getters and toJSON as arguments run in the guest"],
  ["inherited names of a server", ESCAPES, "inherited names of a namespace are no tools"],
  ["forged messages", ESCAPES, "text that looks like a message is only text"],
  ["a program that closes its own block", ESCAPES, "a program cannot close the block it runs in"],
  ["replaced built-ins", ESCAPES, "a program that replaces every built-in still has its value and calls carried"],
  ["state left for others", `${CONTRACT}/contract-sessions.ts`, "sessions see nothing of each other"],
  ["clocks that are too exact", ESCAPES, "clocks tell no less than a millisecond"],
  ["invisible and bidirectional characters", ESCAPES, "bidirectional controls and source map comments harm nothing"],
  ["files from Python", PYTHON_ESCAPES, '"walk everything"'],
  ["processes from Python", PYTHON_ESCAPES, '"fork and exec"'],
  ["the network from Python", PYTHON_ESCAPES, '"raw socket"'],
  ["the bridge to JavaScript from Python", PYTHON_ESCAPES, '"import hook removed"'],
  ["frames and formats of Python", PYTHON_ESCAPES, '"format walk"'],
  ["native code from Python", PYTHON_ESCAPES, '"ctypes without the hook"'],
  ["signals and threads of Python", PYTHON_ESCAPES, '"signal handlers"'],
  ["forged ends from Python", PYODIDE, "one that forges a call or an end gets no more than a call or an end"],
  // Guests that use too much.
  [
    "loops without end",
    `${CONTRACT}/contract-stops.ts`,
    "a program that %s is stopped in time, and the next run works",
  ],
  ["promises without end", BUSY, "fills the queue of promises for ever"],
  ["a promise that never settles", QUICKJS, "a promise nothing can settle ends the program at once"],
  ["memory in objects, texts and buffers", QUICKJS, "%s ends as memory_limit"],
  ["memory in Python", PYODIDE, "%s ends as memory_limit within the limit and 64 MB"],
  ["numbers too large to compute", PYODIDE, "a number too large to compute"],
  ["recursion", PYODIDE, "recursion without its limit"],
  ["patterns that backtrack", BUSY, "matches a regular expression that never ends"],
  ["patterns of ours over others' text", "test/security/bounded-work.test.ts", "a pattern of many repetitions"],
  ["floods of output", QUICKJS, "300 MB of output and one huge line stay within the limit"],
  ["results of 100 MB", PYODIDE, "a value of 100 MB is refused with its limit"],
  ["values that JSON cannot hold", QUICKJS, "values JSON cannot hold are converted, each kind with one note"],
  ["values nested 20,000 deep", QUICKJS, "a value nested 20,000 levels deep is cut with a note"],
  ["too many calls", EXECUTOR, "exactly 500 are made and the run ends with call_limit"],
  [
    "results of tools that are too large",
    EXECUTOR,
    "a tool result over its limit raises in the program, which goes on",
  ],
  ["programs that are too long", EXECUTOR, "a program over the code limit is refused before it is parsed"],
  ["programs that are hard to parse", BUSY, "generic arrows to be read in many ways"],
  ["many runs at once", "test/security/fair-lines.test.ts", "forty sessions begun at the same moment all end"],
  [
    "refused calls, artifacts and levels that do not count",
    "test/security/counting.test.ts",
    "empty artifacts take room too",
  ],
  ["errors, names and notes of megabytes", "test/security/budgets.test.ts", "a class name of 6 MB"],
  ["work left behind for the next program", "test/security/run-ends.test.ts", "take nothing from the program after it"],
  // Servers.
  ["a handshake that never comes", LIFE, "a server that never answers fails after its connect time-out"],
  ["a crash at the start, again and again", LIFE, "a server in a crash loop is started for each demand"],
  ["a crash during a call", CALLS, "a crash during a call fails that call with the server's last words"],
  ["a call that hangs", CALLS, "a call that hangs ends as tool_timeout and the server is told"],
  ["progress without end", CALLS, "progress that never ends does not lengthen a call"],
  ["answers of 50 MB", CALLS, "an answer of 50 MB ends its call at once, and the connection goes on"],
  ["half a line", CALLS, "half a line costs the call its time and nothing else"],
  ["wrong and repeated ids", CALLS, "answers with wrong ids and second answers are ignored and counted"],
  ["output that is no message", LISTING, "output that is no message is ignored and counted"],
  ["floods of the error output", CALLS, "a flood on the error output changes nothing"],
  ["versions nobody knows", LIFE, "an unsupported protocol version is a clear error"],
  ["one invalid schema", LISTING, "one invalid tool degrades alone and the others work"],
  ["schemas that refer to themselves or grow", `${EMIT}/limits.test.ts`, "bindings stay small and come quickly"],
  ["references to elsewhere", "src/schema/resolve.test.ts", "%s resolves to nothing"],
  ["20,000 tools", BUSY, "20,000 tools are made ready to be searched"],
  ["names like members of an object", LISTING, "tools named like members of an object are ordinary tools"],
  ["names and descriptions that are code", `${EMIT}/hostile-text.test.ts`, "no text of a server changes the shape"],
  ["the same in Python", "src/languages/python/emit/hostile-text.test.ts", "stays on one line"],
  ["names that are paths", `${EMIT}/tree.test.ts`, "no server can put a file outside the folder"],
  [
    "names of devices, and long ones",
    `${EMIT}/tree.test.ts`,
    "device names, long names and names that differ only in case",
  ],
  [
    "names that look alike or steer a terminal",
    "test/security/forged-text.test.ts",
    "writes nothing that steers a terminal",
  ],
  ["words of either language, and clashes", "src/catalog/identifiers.test.ts", "_2"],
  ["descriptions of a megabyte", `${EMIT}/limits.test.ts`, "a description of a megabyte is cut"],
  ["lists without end", LISTING, "a list without an end is cut after a thousand pages"],
  ["a list that changes", LISTING, "makes a new snapshot and leaves the old one as it was"],
  ["floods of changes", LISTING, "200,000 announced changes are survived"],
  [
    "requests of a server",
    CALLS,
    "requests of the server for sampling, roots, and of a person where no client called, are refused",
  ],
  ["a server that ignores its end, and its children", LIFE, "close ends a server that ignores SIGTERM, and its child"],
  [
    "a server that reads nothing",
    "src/sources/mcp/unread-replies.test.ts",
    "asks without pause and reads nothing is ended",
  ],
  ["a remote server that takes no answers", REMOTE, "takes no answers is ended, by name"],
  ["results with keys of prototypes", "src/sources/tool-value.test.ts", "__proto__ in a parsed text is data"],
  ["redirections to elsewhere", REMOTE, "to no other origin when redirected there"],
  [
    "sessions that are lost",
    "src/sources/mcp/ended-sessions.test.ts",
    "is renewed once, and the call is performed once",
  ],
  ["bodies that unpack without end", REMOTE, "gzip"],
  ["tools of one name on two servers", LISTS, "two servers with tools of the same names are called apart"],
  ["a list that changes while a program runs", LISTS, "keeps the tools it began with while a list changes"],
  ["names of one server that become one", ODD, "tools whose names become one are all callable by their own names"],
  ["a definition that changes after it was accepted", LOCKS, 'code: "tool_changed"'],
  ["properties named like members or code", `${EMIT}/hostile-text.test.ts`, "no text of a server changes the shape"],
  ["a type without an end", `${EMIT}/views.test.ts`, "a type that contains itself is spelled twice and then left open"],
  ["levels without an end", LISTING, "one invalid tool degrades alone and the others work"],
  ["marks of byte order, colours and pages in place of answers", ODD, "is understood"],
  [
    "progress of nobody",
    "src/sources/mcp/odd-answers.test.ts",
    "progress without a token, with a wrong one, and in words",
  ],
  [
    "a value that breaks its schema",
    "src/sources/tool-value.test.ts",
    "a result that breaks its schema arrives with a note",
  ],
  ["failures without words", "src/sources/tool-value.test.ts", "the reason of a failure is found in %s"],
  ["pictures among texts", "src/sources/tool-value.test.ts", "anything but text gives the content list"],
  ["a server that refuses every login", LOGINS, "a server that refuses every token is asked twice, not for ever"],
  ["a stream that stalls", ODD, "a stream that stalls costs its call its own time, and no other"],
  ["a stream of changes that drops", "src/sources/mcp/eras.test.ts", "a stream of changes that drops is opened again"],
  ["a token that others may want", LOGINS, "a token goes to no other origin, also not where the server redirects to"],
  [
    "tokens in what fails",
    "test/security/tokens.test.ts",
    "no token is in anything that was said, kept or sent elsewhere",
  ],
  ["secrets in what a server says", "test/security/secrets.test.ts", "tells no secret"],
  // Clients.
  [
    "requests that are none",
    "src/server/messages/request-gate.test.ts",
    "every invalid request over stdio is answered",
  ],
  ["bodies that are too large", HTTP, "a body over 4 MB is 413"],
  ["a client that goes away", HTTP, "that goes away has its program cancelled"],
  ["a cancelled request", HTTP, "cancels a running program, after which no tool is called"],
  ["sessions of one name", HTTP, "two clients share no state, though they choose the same session name"],
  ["a foreign Host or Origin", HTTP, "%s is 403"],
  ["no token, or one in the wrong place", HTTP, "with a token, a request needs it in its header and nowhere else"],
  ["an open address without a token", HTTP, "is not bound without a token"],
  ["session ids that are guessed", HTTP, "an unknown session is 404"],
  ["idle sessions by the hundred", HOSTILE_CLIENTS, "keeps the session that is used while three hundred idle ones"],
  ["connections that send a byte now and then", HOSTILE_CLIENTS, "a hundred connections that send a byte now and then"],
  ["arguments of wrong kinds", HOSTILE_CLIENTS, "are refused by name, and the next call works"],
  ["words about requests that are over or never were", HOSTILE_CLIENTS, "taking back what was answered"],
  ["programs at once in one session", HOSTILE_CLIENTS, "keep their output and state apart"],
  ["tokens of clients on their way to servers", HOSTILE_CLIENTS, "the token of a client reaches no server behind"],
  ["tokens that are forged", "test/server/oauth-door.test.ts", "that has expired"],
  ["clients that take all there is", "test/security/fair-lines.test.ts", "empties its own only"],
  // Skills and state.
  ["names of skills that are paths", SKILLS, '"../x"'],
  ["links in the folders of skills", SKILLS, "links are not followed"],
  ["two writers at once", "src/skills/skill-writers.test.ts", "one wins and the other gets a conflict"],
  ["a writer that is killed", SKILLS, "a folder that a killed writer had taken away is put back"],
  ["damaged and huge files", SKILLS, "broken, huge and strange entries are set aside with a reason"],
  [
    "skills that run themselves",
    "src/runs/skills/skills.test.ts",
    "a skill that runs itself ends at the allowed depth",
  ],
  ["skills whose text forges", "src/runs/skills/skills-text.test.ts", "cannot pass for another line"],
  ["skills changed from outside", "src/skills/skills.test.ts", "a change from outside is used, flagged"],
  ["a host that is killed", PYODIDE, "processes die with a host that is killed"],
  [
    "a sandbox that is killed",
    `${CONTRACT}/contract-sessions.ts`,
    "a sandbox that is killed from outside is reported lost",
  ],
  ["state that cannot be used", "src/runs/journal/run-log.test.ts", "programs run with a note, and it stays unchanged"],
  [
    "an audit log that was changed",
    "src/cli/commands/runs.test.ts",
    "verify finds a changed byte and a missing last line",
  ],
];

test("every bad input of the catalogue has a test that says what it shows", () => {
  const missing = CATALOGUE.filter(([, file, words]) => !existsSync(join(ROOT, file)) || !text(file).includes(words));
  expect(missing).toEqual([]);
});

test("every promise of the threat model names tests that are there, and every security test is named by a promise", () => {
  const [, table = ""] =
    /## Promises and the tests that hold them\n([^]*?)\n## /.exec(`${text("THREAT_MODEL.md")}\n## `) ?? [];
  const rows = table.split("\n").filter((line) => line.startsWith("| ") && !/^\| actor|^\| -/.test(line));
  const named = rows.map((row) => [...row.matchAll(/`([\w./-]+\.test\.ts)`/g)].map(([, path = ""]) => path));
  expect(rows.length).toBeGreaterThan(10);
  expect(named.filter((paths) => paths.length === 0)).toEqual([]);
  expect(
    named.flat().filter((path) => !existsSync(join(ROOT, path)) || !/\btest(?:\.(?:each|skipIf))?\(/.test(text(path))),
  ).toEqual([]);
  const own = readdirSync(import.meta.dirname).filter(
    (name) => name.endsWith(".test.ts") && name !== "catalogue.test.ts",
  );
  expect(own.filter((name) => !named.flat().includes(`test/security/${name}`))).toEqual([]);
});
