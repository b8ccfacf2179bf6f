import type { Codemode } from "../../host/create-codemode.ts";
import type { CommandContext } from "../command-context.ts";
import { showProblem } from "../report-error.ts";
import { toCodemodeError } from "../../base/codemode-error.ts";
import type { AgentAnswer } from "../../agent/agent-answer.ts";
import type { AgentListener, AgentMode } from "../../agent/agent-event.ts";
import { askAboutCalls } from "../approvals/terminal-approver.ts";
import type { AgentApprovals } from "./agent-approvals.ts";
import type { AgentSettings } from "./agent-settings.ts";
import { addAnswer, answerSummary, NO_TOTALS, totalsText } from "./answer-summary.ts";
import { AnswerView } from "./answer-view.ts";
import { comparisonText, pairAnswers } from "./comparison.ts";
import type { Conversation } from "../../agent/conversation.ts";
import { PromptReader } from "./prompt-reader.ts";
import type { RawTerminal } from "./raw-terminal.ts";
import { screenOf } from "./screen-of.ts";
import { parseCommand, type SessionCommand } from "./session-commands.ts";
import { changeModel, saveConversation, showHelp, showServers, showTools } from "./session-pages.ts";
import { watchInterrupt } from "./watch-interrupt.ts";

/** Parts of a session. */
interface SessionParts {
  readonly codemode: Codemode;
  readonly conversation: Conversation;
  readonly settings: AgentSettings;
  readonly context: CommandContext;
  readonly approvals: AgentApprovals;
  /** Input that a person types into. */
  readonly terminal: RawTerminal;
}

const LEAVE_HINT = "Press Ctrl-C again or Ctrl-D to leave.\n";

/** Talks with a person until they leave. */
export class Session {
  readonly #parts: SessionParts;
  readonly #terminal: RawTerminal;
  readonly #reader: PromptReader;
  #mode: AgentMode;
  #totals = NO_TOTALS;

  constructor(parts: SessionParts) {
    this.#parts = parts;
    this.#mode = parts.settings.options.mode;
    this.#terminal = parts.terminal;
    this.#reader = new PromptReader(parts.terminal, process.stdout);
  }

  /** Reads and answers requests until the person leaves, or the process receives a signal to end. */
  async run(): Promise<void> {
    const { context } = this.#parts;
    const { out } = context.terminal;
    this.#greet();
    let isLeaving = false;
    while (!context.signal.aborted) {
      const prompt = `${out.colors.cyan(`${this.#mode} ›`)} `;
      const input = await this.#reader.read({ first: prompt, next: "  … " }, context.signal);
      if (input.kind === "end") break;
      if (input.kind === "interrupt") {
        if (input.wasEmpty && isLeaving) break;
        out.write(input.wasEmpty ? `\n${LEAVE_HINT}` : "\n");
        isLeaving = input.wasEmpty;
        continue;
      }
      isLeaving = false;
      if (!(await this.#take(input.text.trim()))) break;
    }
    out.write(`\n${out.colors.dim(totalsText(this.#totals, this.#parts.settings.prices))}\n`);
  }

  /** False when the person wants to leave. */
  async #take(text: string): Promise<boolean> {
    if (text === "") return true;
    const command = parseCommand(text);
    if (command?.kind === "exit") return false;
    try {
      if (command === undefined) await this.#ask(text);
      else await this.#obey(command);
    } catch (thrown) {
      showProblem(this.#parts.context.terminal, toCodemodeError(thrown));
    }
    return true;
  }

  async #ask(text: string): Promise<void> {
    const { conversation } = this.#parts;
    await this.#show((listener, signal) => conversation.ask(text, { mode: this.#mode, signal, listener }));
  }

  async #obey(command: SessionCommand): Promise<void> {
    const { codemode, conversation, context } = this.#parts;
    const { out, err } = context.terminal;
    switch (command.kind) {
      case "compare":
        return this.#compare();
      case "mode":
        this.#mode = command.mode ?? this.#mode;
        out.write(`mode ${this.#mode}\n`);
        return;
      case "model":
        await changeModel(conversation, command.model, context.terminal);
        return;
      case "tools":
        showTools(codemode, command.words, context.terminal);
        return;
      case "servers":
        showServers(codemode, context.terminal);
        return;
      case "save":
        await saveConversation(conversation, command.file, context.terminal);
        return;
      case "reset":
        conversation.reset();
        await codemode.executor.clearState();
        out.write("The conversation is forgotten.\n");
        return;
      case "help":
        showHelp(context.terminal);
        return;
      case "unknown":
        err.write(`${command.problem}\n`);
        return;
      default:
    }
  }

  async #compare(): Promise<void> {
    const { conversation, context, settings } = this.#parts;
    const { out } = context.terminal;
    const { last } = conversation;
    if (last === undefined) {
      out.write("Nothing has been asked yet; ask for something first.\n");
      return;
    }
    const mode = last.mode === "code" ? "direct" : "code";
    out.write(out.colors.dim(`The same request in mode ${mode}; its tool calls run again, side effects included.\n`));
    const other = await this.#show((listener, signal) => conversation.again({ mode, signal, listener }));
    if (other === undefined) return;
    out.write(`\n${comparisonText(pairAnswers(last, other), { prices: settings.prices, out })}`);
  }

  /** Shows an answer while it comes; Ctrl-C stops it. */
  async #show<T extends AgentAnswer | undefined>(
    work: (listener: AgentListener, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const { context, settings, approvals, codemode } = this.#parts;
    const { out } = context.terminal;
    const stop = new AbortController();
    const view = new AnswerView(screenOf(out, process.stdout), settings.prices);
    const signal = AbortSignal.any([stop.signal, context.signal]);
    const watch = (): (() => void) => watchInterrupt(this.#terminal, () => stop.abort());
    let endWatch = watch();
    const place = {
      terminal: this.#terminal,
      stream: out,
      output: process.stdout,
      registry: codemode.registry,
      signal,
    };
    const mayAsk = codemode.executor.approvers.has("cli");
    approvals.ask = async ({ calls }) => {
      if (!mayAsk) return [];
      endWatch();
      return view
        .during(() => askAboutCalls(calls, place))
        .finally(() => {
          endWatch = watch();
        });
    };
    try {
      const answer = await work(view.listener, signal).finally(() => view.end());
      if (answer === undefined) return answer;
      this.#totals = addAnswer(this.#totals, answer);
      out.write(answerSummary(answer, { prices: settings.prices, colors: out.colors }));
      if (this.#totals.answers > 1) out.write(`${out.colors.dim(totalsText(this.#totals, settings.prices))}\n`);
      return answer;
    } finally {
      approvals.ask = undefined;
      endWatch();
    }
  }

  #greet(): void {
    const { codemode, conversation, context } = this.#parts;
    const { out } = context.terminal;
    const servers = codemode.registry.listServers().length;
    const tools = codemode.registry.toolCount;
    out.write(
      `${out.colors.bold("codemode agent")}  ${conversation.model.label} · ${servers} servers · ${tools} tools\n`,
    );
    out.write(out.colors.dim("Type a request, or /help. Ctrl-C stops an answer, Ctrl-D leaves.\n"));
  }
}
