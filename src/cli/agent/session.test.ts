import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { AgentTerminal, COLOURS } from "./__fixtures__/agent-terminal.ts";
import { FILES, openStage, SUM } from "./__fixtures__/open-stage.ts";
import { lastText, resultsSince, type ScriptedModel } from "./__fixtures__/stand-in-model.ts";
import { program, WORDS, wordsOf } from "./__fixtures__/stories.ts";

const DRAWING = new RegExp(`${String.fromCodePoint(0x1b)}\\[J`);

test("a request is answered with its program before it runs, its calls, and the tokens the provider counted", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  const summary = await terminal.ask("add up the thirty files");

  const { turns, inputTokens, outputTokens } = stage.model.takeTotals();
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
    `The sum is ${SUM}.`,
  ];
  const places = order.map((text) => lines.findIndex((line) => line.startsWith(text)));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places).not.toContain(-1);
  expect(terminal.output).toContain("\u001B[35mconst\u001B[39m");
  expect(lines.some((line) => line.endsWith("Ctrl-C stops"))).toBe(false);
});

test("Ctrl-C stops a program that is running, and the session answers the next request", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  terminal.type("wait for long\r");
  await terminal.sees(/everything__trigger-long-running-operation .*\[█*░+\] \d+%/);
  await terminal.sees(/the program .*0 of 1 calls ended · turn 1 · [\d,]+ tokens · \$0\.\d{4} · Ctrl-C stops/);
  const stopped = await terminal.after(() => terminal.type("\u0003"), /stopped\r\n.*tokens[^\n]*/);
  const { inputTokens, outputTokens } = stage.model.takeTotals();
  expect(stopped).toContain(`1 turn · 1 tool call · ${grouped(inputTokens)} in + ${grouped(outputTokens)} out`);

  await terminal.ask("add up the thirty files");
  await terminal.sees(/The sum is \d+\./);
  const { messages } = stage.model.requests.at(-1) ?? { messages: [] };
  expect(messages.map(({ content }) => wordsOf(content))).toContain("wait for long");
  expect(JSON.stringify(messages)).toContain("stopped by the person while it used execute_code");
});

test("Ctrl-C stops a model that has not finished writing, and says that its tokens are not known", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  terminal.type("hang\r");
  await terminal.sees(/I begin and/);
  const stopped = await terminal.after(() => terminal.type("\u0003"), /stopped\r\n.*tokens[^\n]*/);
  expect(stopped).toContain("1 turn · 0 tool calls · tokens not reported");
});

test(
  "a window that changes its size while calls run keeps one line for each and no remains of others",
  { retry: 2 },
  async () => {
    await using stage = await openStage(SMALL_STORIES);
    await using terminal = new AgentTerminal({ ...stage, columns: 120 });
    await terminal.sees(/code ›$/);
    terminal.type("wait for long\r");
    await terminal.sees(/\[█*░+\] \d+%/);
    for (const columns of [50, 30, 90]) {
      // Just after a drawing nothing is on its way that was made for the old width.
      await terminal.after(() => {}, DRAWING);
      await terminal.after(() => terminal.resize(columns), DRAWING);
      const lines = terminal.screen.lines();
      expect(lines.filter((line) => / the program /.test(line))).toHaveLength(1);
      expect(lines.filter((line) => line.includes("everything__trigger") && !line.startsWith("│"))).toHaveLength(1);
      expect(lines.find((line) => / the program /.test(line))?.length).toBeLessThan(columns);
    }
    await terminal.after(() => terminal.type("\u0003"), /stopped/);
  },
);

test("/compare answers the last request in the other mode and shows both columns, as the provider counted them", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  for (const [request, calls] of [
    [`write ${WORDS} random words`, 1],
    ["add up the thirty files", FILES + 1],
  ] as const) {
    stage.model.takeTotals();
    await terminal.ask(request);
    const code = stage.model.takeTotals();
    const verdict = await terminal.after(
      () => terminal.type("/compare\r"),
      /direct took ([\d.]+) times the tokens of code/,
    );
    const direct = stage.model.takeTotals();
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
  expect(await stage.readWords()).toHaveLength(WORDS);
});

test("what is pasted is one request, and what another mode remembers is the same conversation", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  await terminal.after(() => terminal.type("\u001B[200~echo first\nsecond\u001B[201~\r"), /tokens · \$[\d.]+ · \d/);
  expect(wordsOf(stage.model.requests.at(-1)?.messages.at(-1)?.content)).toBe("echo first\nsecond");
  await terminal.after(() => terminal.type("/mode direct\r"), /direct ›/);
  await terminal.ask("echo third");
  const last = stage.model.requests.at(-1);
  expect(last?.messages.filter(({ role }) => role === "user").map(({ content }) => wordsOf(content))).toEqual([
    "echo first\nsecond",
    "echo third",
  ]);
  expect(last?.tools?.map((tool) => tool.function.name)).toContain("filesystem__write_file");
});

test("what is typed ahead is read afterwards, and a line that ends with a backslash goes on", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  terminal.type("echo one\recho \\\rtwo\recho th");
  await terminal.sees(/code › echo th$/);
  terminal.type("ree\r");
  await terminal.sees(/session: 3 answers[^\n]*\ncode ›$/);
  const asked = stage.model.requests.map(({ messages }) => messages.findLast(({ role }) => role === "user")?.content);
  expect(asked.map(wordsOf)).toEqual(["echo one", "echo \ntwo", "echo three"]);
});

test("escape sequences of a model neither set titles nor clear the screen, and without colours there are none", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal({ ...stage, env: { ...stage.env, NO_COLOR: "1" } });
  await terminal.sees(/code ›$/);
  await terminal.ask("be evil");
  await terminal.sees(/safe and sound/);
  expect(terminal.screen.commands.join("")).not.toContain("hacked");
  expect(terminal.output).not.toMatch(COLOURS);
  expect(terminal.output).not.toContain("\u001B[2J");
});

test("a second Ctrl-C at the empty prompt leaves, and the servers are gone", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  await terminal.after(() => terminal.type("half a request\u0003"), /code ›/);
  await terminal.after(() => terminal.type("\u0003"), /again or Ctrl-D to leave/);
  terminal.type("\u0003");
  expect(await terminal.exited).toBe(0);
  const pid = await stage.serverProcess();
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  expect(stage.model.requests).toHaveLength(0);
});

test("Ctrl-Z gives the terminal to the shell, and in the foreground again the session goes on", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal({ ...stage, inShell: true });
  await terminal.sees(/code ›$/);
  await terminal.after(() => terminal.type("\u001A"), /shell> /);
  await terminal.after(() => terminal.type("fg\r"), /code ›/);
  await terminal.ask("echo again");
  await terminal.sees(/code ›$/);
  await terminal.after(() => terminal.type("\u0003"), /again or Ctrl-D to leave/);
  await terminal.after(() => terminal.type("\u0004"), /session: 1 answer[^]*shell> /);
  terminal.type("exit\r");
  expect(await terminal.exited).toBe(0);
});

test("Ctrl-D leaves, with the totals of the session; /save keeps the conversation and overwrites nothing", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal(stage);
  await terminal.sees(/code ›$/);
  await terminal.ask("echo one");
  await terminal.after(() => terminal.type("/save talk.json\r"), /saved .*talk\.json/);
  await terminal.after(() => terminal.type("/save talk.json\r"), /could not be saved/);
  const saved: unknown = JSON.parse(await readFile(join(stage.cwd, "talk.json"), "utf8"));
  expect(saved).toMatchObject({
    messages: [
      { role: "user", content: expect.stringMatching(/^echo one(?:\n\nAll tools |$)/) },
      { role: "assistant" },
    ],
  });
  const totals = await terminal.after(() => terminal.type("\u0004"), /session: .*/);
  expect(totals).toContain("1 answer · 1 turn");
  expect(await terminal.exited).toBe(0);
});

test("images of tools are put into files and named", async () => {
  await using stage = await openStage(SMALL_STORIES);
  await using terminal = new AgentTerminal({ ...stage, args: ["--images", "pictures", "--mode", "direct"] });
  await terminal.sees(/direct ›$/);
  await terminal.ask("show a picture");
  await terminal.sees(/image pictures\/image-01\.png \(image\/png\)/);
  expect(existsSync(join(stage.cwd, "pictures", "image-01.png"))).toBe(true);
  expect(lastText(stage.model.requests.at(-1) ?? { messages: [] })).toContain("image-01.png");
});

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
