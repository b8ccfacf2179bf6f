import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { AgentTerminal } from "../src/cli/agent/__fixtures__/agent-terminal.ts";
import { openStage } from "../src/cli/agent/__fixtures__/open-stage.ts";
import { resultsSince } from "../src/cli/agent/__fixtures__/stand-in-model.ts";
import { program } from "../src/cli/agent/__fixtures__/stories.ts";
import { VARIABLES } from "../src/agent/model/model-choice.ts";
import { COMMAND_HELP } from "../src/cli/agent/session-commands.ts";
import { CLI, documentOf, runCli } from "../src/cli/__fixtures__/run-cli.ts";

const run = promisify(execFile);
const page = readFileSync(new URL("../docs/agent.md", import.meta.url), "utf8");

function blocks(words: string): string[] {
  return [...page.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)]
    .filter((match) => match[1] === words)
    .map((match) => match[2] ?? "");
}

/** First cells of the tables that have this title. */
function firstCells(title: string): string[] {
  const [, table = ""] = new RegExp(`^\\| ${title} +\\|.*\\n((?:\\|.*\\n)+)`, "m").exec(page) ?? [];
  const [, ...rows] = table.split("\n");
  return rows.flatMap((row) => /^\| `?((?:\\\||[^|`])+)`? *\|/.exec(row)?.[1]?.replace("\\|", "|").trim() ?? []);
}

/** Numbers, folders and the width of columns differ from run to run. */
function shape(text: string): string {
  return text
    .replaceAll(/"\/[^"]*"/g, "PATH")
    .replaceAll(/[\d,.]+ (?:ms|s)\b/g, "TIME")
    .replaceAll(/\d[\d,.]*/g, "#")
    .replaceAll(/ +/g, " ")
    .trim();
}

test("the commands of the page run against a server of one's own", async () => {
  await using stage = await openStage({
    "How many files": (request) => (resultsSince(request) > 0 ? { text: "There are 30." } : program("30")),
  });
  const ours = stage.env["CODEMODE_BASE_URL"] ?? "";
  const commands = blocks("console").join("").replaceAll("http://localhost:11434/v1", ours);
  expect(commands).toContain(ours);
  const agent = `codemode() { ${JSON.stringify(process.execPath)} ${JSON.stringify(CLI)} "$@"; }`;
  const env = { ...process.env, PATH: [dirname(process.execPath), process.env["PATH"]].join(delimiter) };
  const { stdout } = await run("sh", ["-c", ["set -e", agent, commands].join("\n")], { cwd: stage.cwd, env });
  expect(stdout.match(/^.*There are 30\.$/gm)).toHaveLength(3);
  expect(stdout).toContain('"model": "compatible/qwen3"');
}, 60_000);

test("what the page shows is what is shown", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal({ ...stage, columns: 130 });
  await terminal.sees(/code ›$/);
  const [shown = ""] = blocks("text shown");
  const [compared = ""] = blocks("text compared");
  const [request = ""] = shown.split("\n");
  await terminal.ask(request.replace("code › ", ""));
  await terminal.after(() => terminal.type("/compare\r"), /times the tokens of code/);
  await terminal.sees(/code ›$/);
  const screen = shape(terminal.screen.lines().join("\n"));
  expect(screen).toContain(shape(shown));
  expect(screen).toContain(shape(compared));
}, 60_000);

test("the document has the fields that the page names, and no others", async () => {
  await using stage = await openStage();
  const document = documentOf(await runCli(["agent", "-p", "add up the thirty files", "--json"], stage));
  const [example = "{}"] = blocks("json shape");
  const fields = (value: unknown): unknown =>
    typeof value === "object" && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, fields(inner)]))
      : typeof value;
  expect(fields({ ...document, costDollars: null })).toEqual(fields(JSON.parse(example)));
}, 60_000);

test("every variable, command and option is on the page, and no other", async () => {
  const variables = VARIABLES.map((line) => line.split(" ", 1)[0] ?? "");
  expect(firstCells("variable").toSorted()).toEqual([...variables, "CODEMODE_PRICE"].toSorted());
  const commands = firstCells("key or command").filter((cell) => cell.startsWith("/"));
  expect([...commands, "/exit"].toSorted()).toEqual(COMMAND_HELP.map(([command]) => command).toSorted());
  const { stdout } = await runCli(["agent", "--help"]);
  const options = [...stdout.matchAll(/^ {2}((?:-\w, )?--[\w-]+(?: <[^>]+>)?) /gm)].map((match) => match[1] ?? "");
  const common = new Set(["--config <file>", "--json", "-h, --help"]);
  expect(firstCells("option").toSorted()).toEqual(options.filter((option) => !common.has(option)).toSorted());
});

test("the page is linked from the command line's", () => {
  const commandLine = readFileSync(join(dirname(CLI), "../docs/command-line.md"), "utf8");
  expect(commandLine).toContain("](agent.md)");
});
