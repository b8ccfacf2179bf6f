import type { GuestLanguage } from "../../engines/engine.ts";
import { highlightCode } from "../highlight-code.ts";
import { cutText, plainText } from "../plain-text.ts";
import type { Terminal, TerminalStream } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import type { Comparison } from "./compare.ts";
import { FORMULA } from "./conversation-cost.ts";
import type { DemoAudience, DemoOutcome, StoryReport } from "./run-demo.ts";
import { ENCODING } from "./token-counter.ts";
import type { ToolUse } from "./tool-desk.ts";

const LINES_SHOWN = 14;

/** Tells the demonstration to a person, as it goes. */
export function demoTeller({ out }: Terminal, language: GuestLanguage): DemoAudience {
  const { colors } = out;
  let shown = 0;
  return {
    connected: ({ servers, connectedMs }) => {
      const names = servers.map(({ name, toolCount }) => `${name} (${toolCount})`).join(", ");
      const tools = servers.reduce((sum, { toolCount }) => sum + toolCount, 0);
      out.write(
        `${colors.bold("codemode demo")}  real MCP servers over stdio: ${names}; ${tools} tools in ${connectedMs.toFixed(0)} ms\n`,
      );
    },
    finished: (report) => {
      shown += 1;
      showStory(report, { out, language, number: shown });
    },
  };
}

/** The end: where code mode loses, and how it was counted. */
export function showOutcome({ ok, single }: DemoOutcome, { out }: Terminal): void {
  const { colors } = out;
  if (single === undefined) {
    out.write(`\nTokens were not counted: gpt-tokenizer is not installed (npm install gpt-tokenizer).\n`);
  } else {
    const { oneByOne, codeMode } = single;
    heading(out, "Where code mode does not pay");
    out.write("A single small call, by an agent that is given only the one tool it needs:\n\n");
    out.write(`${comparisonTable(single, out)}\n`);
    out.write(
      codeMode.once > oneByOne.once
        ? `Code mode costs ${ratio(codeMode.once, oneByOne.once)} times as much here: use the tool directly.\n`
        : "Even here code mode costs no more.\n",
    );
    heading(out, `How it was counted (${ENCODING}, every text from this very run)`);
    for (const line of FORMULA) out.write(`  ${line}\n`);
    out.write(
      "  One by one: the very calls the program made, one in each turn. Side by side: calls of one tool in a row share a turn.\n",
    );
  }
  const verdict = ok
    ? colors.green("Both programs did what they were to do.")
    : colors.red("A program did not do what it was to do.");
  out.write(`\n${verdict}\n`);
}

function showStory(
  { story, uses, executedMs, toolCalls, verification, comparison }: StoryReport,
  {
    out,
    language,
    number,
  }: { readonly out: TerminalStream; readonly language: GuestLanguage; readonly number: number },
): void {
  const { colors } = out;
  const [found, described, executed] = uses;
  heading(out, `${number}. ${story.title}`);
  out.write(`${colors.dim("request")}  ${story.request}\n`);
  if (found !== undefined) showUse(found, out);
  if (described !== undefined) showUse(described, out);
  out.write(`\n${colors.cyan("execute_code")}\n${indent(highlightCode(story.program.trimEnd(), language, colors))}\n`);
  out.write(`${colors.dim("result")}   ${plainText(executed?.text ?? "").replaceAll("\n", "\n         ")}\n`);
  out.write(`${colors.dim("took")}     ${executedMs.toFixed(0)} ms, ${toolCalls} tool calls\n`);
  const mark = verification.ok ? colors.green("verified") : colors.red("WRONG   ");
  out.write(`${mark} ${plainText(verification.detail)}\n`);
  if (comparison === undefined) return;
  out.write(`\n${comparisonTable(comparison, out)}`);
}

function showUse({ tool, args, text }: ToolUse, out: TerminalStream): void {
  const { colors, columns } = out;
  const lines = plainText(text).trimEnd().split("\n");
  const shown = lines.slice(0, LINES_SHOWN).map((line) => cutText(line, columns === undefined ? 160 : columns - 2));
  out.write(`\n${colors.cyan(tool)} ${colors.dim(JSON.stringify(args))}\n${indent(shown.join("\n"))}\n`);
  if (lines.length > LINES_SHOWN) out.write(colors.dim(`  … ${lines.length - LINES_SHOWN} more lines\n`));
}

function comparisonTable({ oneByOne, sideBySide, codeMode }: Comparison, { colors }: TerminalStream): string {
  const costs = [oneByOne, sideBySide, codeMode];
  const row = (title: string, of: (cost: Comparison["codeMode"]) => number): string[] => [
    title,
    ...costs.map((cost) => grouped(of(cost))),
  ];
  const factors = (title: string, of: (cost: Comparison["codeMode"]) => number): string[] => [
    title,
    ...costs.map((cost) => `${ratio(of(cost), of(codeMode))}×`),
  ];
  const rows = [
    row("turns (T)", ({ turns }) => turns),
    row("tool definitions (D)", ({ definitions }) => definitions),
    row("calls written (ΣW)", ({ written }) => written),
    row("results read (ΣR)", ({ read }) => read),
    row("counted once (perfect prompt cache)", ({ once }) => once),
    factors("  against code mode", ({ once }) => once),
    row("counted every turn (no cache)", ({ everyTurn }) => everyTurn),
    factors("  against code mode", ({ everyTurn }) => everyTurn),
  ];
  return textTable(rows, {
    keepSpaces: true,
    titleStyle: colors.dim,
    columns: [
      { title: "tokens" },
      { title: "one by one", align: "right" },
      { title: "side by side", align: "right" },
      { title: "code mode", align: "right", style: colors.bold },
    ],
  });
}

function heading({ write, colors }: TerminalStream, title: string): void {
  write(`\n${colors.bold(title)}\n${colors.dim("─".repeat(title.length))}\n`);
}

function indent(text: string): string {
  return text.replace(/^(?=.)/gm, "  ");
}

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

function ratio(value: number, base: number): string {
  const factor = value / base;
  return factor >= 10 ? factor.toFixed(0) : factor.toFixed(2);
}
