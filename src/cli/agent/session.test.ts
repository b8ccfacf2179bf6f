import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { testFolder } from "../__fixtures__/run-cli.ts";
import { filesystemServer, type StdioServer } from "../__fixtures__/stdio-servers.ts";
import { AgentTerminal, COLOURS } from "./__fixtures__/agent-terminal.ts";
import { lastText, resultsSince, type ScriptedModel, startStandIn } from "./__fixtures__/stand-in-model.ts";
import { byRequest, filesModel, program, WORDS, wordsModel } from "./__fixtures__/stories.ts";

const FILES = 30;
const DRAWING = new RegExp(`${String.fromCodePoint(0x1b)}\\[J`);

test("a request is answered with its program before it runs, its calls, and the tokens the provider counted", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  const summary = await terminal.ask("add up the thirty files");

  const { turns, inputTokens, outputTokens } = stage.server.takeTotals();
  expect(summary).toMatch(/\$\d\.\d{4} · \d/);
  await terminal.sees(/code ›$/);
  const lines = terminal.screen.lines();
  expect(lines.find((line) => line.startsWith("code · "))).toMatch(
    new RegExp(
      `^code · ${turns} turns · ${FILES + 1} tool calls · ${grouped(inputTokens)} in \\+ ${grouped(outputTokens)} out = ${grouped(inputTokens + outputTokens)} tokens · \\$`,
    ),
  );
  const order = [
    "I write a program.",
    "program (typescript)",
    "│ const folder =",
    "✓ filesystem__read_text_file × 30",
    "✓ program",
    "The sum is 1305.",
  ];
  const places = order.map((text) => lines.findIndex((line) => line.startsWith(text)));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(terminal.output).toContain("\u001B[35mconst\u001B[39m");
  expect(lines.some((line) => line.endsWith("Ctrl-C stops"))).toBe(false);
});

test("Ctrl-C stops a program that is running, and the session answers the next request", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  terminal.type("wait for long\r");
  await terminal.sees(/everything__trigger-long-running-operation .*\[█*░+\] \d+%/);
  await terminal.sees(/the program .*0 of 1 calls ended · turn 1 · [\d,]+ tokens · Ctrl-C stops/);
  const stopped = await terminal.after(() => terminal.type("\u0003"), /stopped\r\n.*tokens/);
  const { inputTokens, outputTokens } = stage.server.takeTotals();
  expect(stopped).toContain(`1 turn · 1 tool call · ${grouped(inputTokens)} in + ${grouped(outputTokens)} out`);

  await terminal.ask("add up the thirty files");
  await terminal.sees(/The sum is 1305\./);
  const { messages } = stage.server.requests.at(-1) ?? { messages: [] };
  expect(messages.map(({ content }) => content)).toContain("wait for long");
  expect(JSON.stringify(messages)).toContain("stopped by the person while it used execute_code");
});

test("Ctrl-C stops a model that has not finished writing, and says that its tokens are not known", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  terminal.type("hang\r");
  await terminal.sees(/I begin and/);
  const stopped = await terminal.after(() => terminal.type("\u0003"), /stopped\r\n.*tokens/);
  expect(stopped).toContain("1 turn · 0 tool calls · at least 0 in");
});

test("a window that changes its size while calls run keeps one line for each and no remains of others", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal({ ...stage.terminal, columns: 120 });
  await terminal.sees(/code ›$/);
  terminal.type("wait for long\r");
  await terminal.sees(/\[█*░+\] \d+%/);
  for (const columns of [50, 30, 90]) {
    terminal.resize(columns);
    // Two further drawings at the new width: one may have been on its way.
    for (let drawing = 0; drawing < 2; drawing += 1) await terminal.after(() => {}, DRAWING);
    const lines = terminal.screen.lines();
    expect(lines.filter((line) => / the program /.test(line))).toHaveLength(1);
    expect(lines.filter((line) => line.includes("everything__trigger") && !line.startsWith("│"))).toHaveLength(1);
    expect(lines.find((line) => / the program /.test(line))?.length).toBeLessThan(columns);
  }
  await terminal.after(() => terminal.type("\u0003"), /stopped/);
});

test("/compare answers the last request in the other mode and shows both columns, as the provider counted them", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  for (const [request, calls] of [
    [`write ${WORDS} random words`, 1],
    ["add up the thirty files", FILES + 1],
  ] as const) {
    stage.server.takeTotals();
    await terminal.ask(request);
    const code = stage.server.takeTotals();
    const verdict = await terminal.after(
      () => terminal.type("/compare\r"),
      /direct took ([\d.]+) times the tokens of code/,
    );
    const direct = stage.server.takeTotals();
    await terminal.sees(/code ›$/);
    const rows = lastTable(terminal.screen.lines());
    expect(rows).toMatchObject({
      ended: ["answered", "answered"],
      turns: [String(code.turns), String(direct.turns)],
      "input tokens": [grouped(code.inputTokens), grouped(direct.inputTokens)],
      "output tokens": [grouped(code.outputTokens), grouped(direct.outputTokens)],
      "tool calls": [String(calls), String(calls)],
      programs: ["1", "0"],
    });
    const sum = (totals: typeof code): number => totals.inputTokens + totals.outputTokens;
    expect(verdict).toContain((sum(direct) / sum(code)).toFixed(2));
  }
  expect((await readFile(stage.wordsFile, "utf8")).split(" ")).toHaveLength(WORDS);
});

test("what is pasted is one request, and what another mode remembers is the same conversation", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  await terminal.after(() => terminal.type("\u001B[200~echo first\nsecond\u001B[201~\r"), /tokens · \$/);
  expect(stage.server.requests.at(-1)?.messages.at(-1)).toMatchObject({ role: "user", content: "echo first\nsecond" });
  await terminal.after(() => terminal.type("/mode direct\r"), /direct ›/);
  await terminal.ask("echo third");
  const last = stage.server.requests.at(-1);
  expect(last?.messages.filter(({ role }) => role === "user").map(({ content }) => content)).toEqual([
    "echo first\nsecond",
    "echo third",
  ]);
  expect(last?.tools?.map((tool) => tool.function.name)).toContain("filesystem__write_file");
});

test("escape sequences of a model neither set titles nor clear the screen, and without colours there are none", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal({ ...stage.terminal, env: { ...stage.terminal.env, NO_COLOR: "1" } });
  await terminal.sees(/code ›$/);
  await terminal.ask("be evil");
  await terminal.sees(/safe and sound/);
  expect(terminal.screen.commands.join("")).not.toContain("hacked");
  expect(terminal.output).not.toMatch(COLOURS);
  expect(terminal.output).not.toContain("\u001B[2J");
});

test("a second Ctrl-C at the empty prompt leaves, and the servers are gone", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  await terminal.after(() => terminal.type("half a request\u0003"), /code ›/);
  await terminal.after(() => terminal.type("\u0003"), /again or Ctrl-D to leave/);
  terminal.type("\u0003");
  expect(await terminal.exited).toBe(0);
  const pid = Number(await readFile(stage.pidFile, "utf8"));
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(stage.server.requests).toHaveLength(0);
});

test("Ctrl-D leaves, with the totals of the session; /save keeps the conversation and overwrites nothing", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal(stage.terminal);
  await terminal.sees(/code ›$/);
  await terminal.ask("echo one");
  await terminal.after(() => terminal.type("/save talk.json\r"), /saved .*talk\.json/);
  await terminal.after(() => terminal.type("/save talk.json\r"), /could not be saved/);
  const saved: unknown = JSON.parse(await readFile(join(stage.terminal.cwd, "talk.json"), "utf8"));
  expect(saved).toMatchObject({ messages: [{ role: "user", content: "echo one" }, { role: "assistant" }] });
  const totals = await terminal.after(() => terminal.type("\u0004"), /session: .*/);
  expect(totals).toContain("1 answer · 1 turn");
  expect(await terminal.exited).toBe(0);
});

test("images of tools are put into files and named", async () => {
  await using stage = await openStage();
  await using terminal = new AgentTerminal({ ...stage.terminal, args: ["--images", "pictures", "--mode", "direct"] });
  await terminal.sees(/direct ›$/);
  await terminal.ask("show a picture");
  await terminal.sees(/image pictures\/image-01\.png \(image\/png\)/);
  expect(existsSync(join(stage.terminal.cwd, "pictures", "image-01.png"))).toBe(true);
  expect(lastText(stage.server.requests.at(-1) ?? { messages: [] })).toContain("image-01.png");
});

/** Two real servers, a folder with files to add up, and a model that knows a few stories. */
async function openStage() {
  const data = await testFolder();
  const files = join(data.path, "files");
  const wordsFile = join(data.path, "words.txt");
  const pidFile = join(data.path, "pid");
  await mkdir(files);
  for (let file = 0; file < FILES; file += 1) {
    await writeFile(
      join(files, `file-${file}.txt`),
      `title: file ${file}\ncount: ${file * 3}\n${"plenty of other text. ".repeat(20)}\n`,
    );
  }
  const server = await startStandIn(
    byRequest({ "random words": wordsModel(wordsFile), "thirty files": filesModel(files), ...SMALL_STORIES }),
  );
  const folder = await testFolder({
    mcpServers: { filesystem: filesystemServer(data.path), everything: everythingServer(pidFile) },
  });
  const env = { CODEMODE_BASE_URL: server.baseUrl, CODEMODE_MODEL: "stand-in", CODEMODE_PRICE: "3/15" };
  return {
    server,
    wordsFile,
    pidFile,
    terminal: { cwd: folder.path, env },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
      await data[Symbol.asyncDispose]();
    },
  };
}

const SMALL_STORIES: Readonly<Record<string, ScriptedModel>> = {
  "wait for long": (request) =>
    resultsSince(request) > 0
      ? { text: "It is over." }
      : program("await everything.trigger_long_running_operation({ duration: 60, steps: 120 })"),
  hang: () => ({ text: "I begin and ".repeat(3), hangs: true }),
  echo: () => ({ text: "I hear you." }),
  "be evil": () => ({ text: "\u001B]0;hacked\u0007\u001B[2J\u001B[31msafe and sound\u001B[0m" }),
  picture: (request) =>
    resultsSince(request) > 0
      ? { text: "There it is." }
      : { calls: [{ name: "everything__get_tiny_image", args: {} }] },
};

/** The real server, which leaves the id of its process in a file. */
function everythingServer(pidFile: string): StdioServer {
  const manifest = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-everything/package.json");
  const entry = pathToFileURL(join(dirname(manifest), "dist/index.js")).href;
  const code = `require("node:fs").writeFileSync(${JSON.stringify(pidFile)}, String(process.pid)); import(${JSON.stringify(entry)});`;
  return { command: process.execPath, args: ["-e", code] };
}

/** The rows of the last comparison, by title. */
function lastTable(lines: readonly string[]): Record<string, readonly string[]> {
  const rows = lines.slice(lines.findLastIndex((line) => /^ +code +direct$/.test(line)) + 1);
  return Object.fromEntries(
    rows.map((row) => {
      const [title = "", ...cells] = row.trim().split(/ {2,}/);
      return [title, cells] as const;
    }),
  );
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
