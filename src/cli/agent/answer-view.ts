import { highlightCode } from "../highlight-code.ts";
import { plainLine, plainText } from "../plain-text.ts";
import type { Colors } from "../terminal.ts";
import type { AgentEvent, AgentListener } from "../../agent/agent-event.ts";
import { CallList, type CallLine } from "./call-list.ts";
import { formatCost, formatDuration, formatNumber } from "./format-numbers.ts";
import { cutToWidth, type LiveLine, LiveRegion, type LiveScreen } from "./live-region.ts";
import { costOf, type TokenPrices } from "../../agent/model/token-prices.ts";
import { NO_USAGE, totalTokens } from "../../agent/model/token-usage.ts";

/** Place where an answer is shown. */
export interface AnswerScreen extends LiveScreen {
  readonly colors: Colors;
  /** Takes the text of the model; the same place as everything else unless it is given. */
  readonly writeText?: (text: string) => void;
}

const FRAMES = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];
const FRAME_MS = 100;
const MOST_LINES = 8;
const RESULT_LINES = 3;
const WIDEST = 200;

/** Shows an answer to a person while it comes: text, programs before they run, calls with their durations. */
export class AnswerView {
  readonly #screen: AnswerScreen;
  readonly #prices: TokenPrices | undefined;
  readonly #region: LiveRegion;
  readonly #calls = new CallList();
  readonly #uses = new Map<string, { readonly text: string; readonly startedAt: number }>();
  #turn = 0;
  #usage = NO_USAGE;
  #isWriting = false;
  #doing = "thinking";
  #turnStartedAt = performance.now();
  #frame = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Events that wait until the screen is free again. */
  #held: AgentEvent[] | undefined;

  /** @param prices with them the cost so far is shown too */
  constructor(screen: AnswerScreen, prices?: TokenPrices) {
    this.#screen = screen;
    this.#prices = prices;
    this.#region = new LiveRegion(screen);
  }

  /** Shows what happens; {@link end} must follow in the end. */
  readonly listener: AgentListener = (event) => {
    if (this.#held === undefined) this.#show(event);
    else this.#held.push(event);
  };

  /** Leaves the screen to something else for a while; what happens meanwhile is shown after it. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.end();
    this.#held = [];
    try {
      return await work();
    } finally {
      const held = this.#held;
      this.#held = undefined;
      for (const event of held) this.#show(event);
    }
  }

  #show(event: AgentEvent): void {
    this.#take(event);
    if (this.#screen.isLive) this.#timer ??= setInterval(() => this.#tick(), FRAME_MS);
    this.#draw();
  }

  /** Removes what moves, and ends the line. */
  end(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#flushCalls();
    this.#region.clear();
    this.#endText();
  }

  #take(event: AgentEvent): void {
    switch (event.type) {
      case "turn_start":
        this.#flushCalls();
        this.#endText();
        this.#turn = event.turn;
        this.#doing = "thinking";
        this.#turnStartedAt = performance.now();
        break;
      case "writing":
        this.#endText();
        this.#doing =
          event.tool === "execute_code" ? "writing a program" : `writing a call of ${plainLine(event.tool)}`;
        break;
      case "text":
        this.#showText(event.text);
        break;
      case "usage":
        this.#usage = event.usage;
        break;
      case "program":
        this.#showProgram(event);
        break;
      case "use_start":
        this.#uses.set(event.useId, { text: useText(event), startedAt: performance.now() });
        break;
      case "use_end":
        this.#showUse(event);
        break;
      case "image":
        this.#line(`image ${event.file} (${plainLine(event.mimeType)})`, this.#screen.colors.cyan);
        break;
      case "note":
        this.#line(`note ${plainLine(event.text)}`, this.#screen.colors.yellow);
        break;
      default:
        this.#calls.take(event);
    }
  }

  #showText(text: string): void {
    const shown = plainText(this.#isWriting ? text : text.trimStart());
    if (shown === "") return;
    if (!this.#isWriting) this.#flushCalls();
    this.#isWriting = true;
    const { writeText } = this.#screen;
    if (writeText === undefined) {
      this.#region.print(shown);
      return;
    }
    this.#region.clear();
    writeText(shown);
  }

  #endText(): void {
    if (!this.#isWriting) return;
    this.#isWriting = false;
    if (this.#screen.writeText === undefined) this.#region.endLine();
    else this.#screen.writeText("\n");
  }

  #showProgram({ useId, code, language }: Extract<AgentEvent, { readonly type: "program" }>): void {
    const { colors } = this.#screen;
    this.#line(`program (${language})`, colors.bold);
    const gutter = colors.dim("│ ");
    const shown = highlightCode(plainText(code).trimEnd(), language, colors);
    this.#region.print(shown.replace(/^/gm, gutter) + "\n");
    this.#uses.set(useId, { text: "the program", startedAt: performance.now() });
  }

  #showUse(event: Extract<AgentEvent, { readonly type: "use_end" }>): void {
    const { useId, tool, text, isError, durationMs } = event;
    const { colors } = this.#screen;
    const use = this.#uses.get(useId);
    this.#uses.delete(useId);
    this.#flushCalls();
    const mark = isError ? "✗" : "✓";
    const title = tool === "execute_code" ? "program" : (use?.text ?? tool);
    this.#line(`${mark} ${title}  ${formatDuration(durationMs)}`, isError ? colors.red : colors.dim);
    if (tool !== "execute_code" && !isError) return;
    const lines = plainText(text).trim().split("\n");
    for (const line of lines.slice(0, RESULT_LINES)) this.#line(`  ${line}`, colors.dim);
    if (lines.length > RESULT_LINES) this.#line(`  … ${lines.length - RESULT_LINES} more lines`, colors.dim);
  }

  #flushCalls(): void {
    for (const { text, kind } of this.#calls.takeSummary()) this.#line(text, this.#styleOf(kind));
  }

  /** One line that stays, cut to the screen or, where there is none, to a length that can be read. */
  #line(text: string, style: (text: string) => string): void {
    this.#endText();
    const width = this.#screen.isLive ? Math.max(1, this.#screen.columns() - 1) : WIDEST;
    this.#region.print(`${style(cutToWidth(text, width))}\n`);
  }

  #tick(): void {
    this.#frame = (this.#frame + 1) % FRAMES.length;
    this.#draw();
  }

  #draw(): void {
    if (!this.#screen.isLive || this.#timer === undefined || this.#isWriting) return;
    const spinner = FRAMES[this.#frame] ?? "";
    const limit = Math.max(1, Math.min(MOST_LINES, this.#screen.rows() - 4));
    const calls = this.#calls
      .lines(limit, spinner)
      .map(({ text, kind }): LiveLine => ({ text: `  ${text}`, style: this.#styleOf(kind) }));
    this.#region.draw([...calls, { text: this.#statusText(spinner), style: this.#screen.colors.dim }]);
  }

  /** Current activity, and its cost so far. */
  #statusText(spinner: string): string {
    const [use] = this.#uses.values();
    const { ended, made } = this.#calls.counts();
    const now = performance.now();
    const doing =
      use !== undefined
        ? `${use.text}  ${formatDuration(now - use.startedAt)}`
        : `${this.#calls.isBusy ? "calling tools" : this.#doing}  ${formatDuration(now - this.#turnStartedAt)}`;
    const calls = made === 0 ? "" : ` · ${ended} of ${made} calls ended`;
    const cost = costOf(this.#usage, this.#prices);
    const taken = `${formatNumber(totalTokens(this.#usage))} tokens${cost === undefined ? "" : ` · ${formatCost(cost)}`}`;
    return `${spinner} ${doing}${calls} · turn ${this.#turn} · ${taken} · Ctrl-C stops`;
  }

  #styleOf(kind: CallLine["kind"]): (text: string) => string {
    const { green, red, cyan } = this.#screen.colors;
    return kind === "ok" ? green : kind === "failed" ? red : cyan;
  }
}

function useText({ tool, args }: Extract<AgentEvent, { readonly type: "use_start" }>): string {
  const written = JSON.stringify(args) ?? "";
  return `${tool}${written === "{}" || written === "" ? "" : ` ${plainLine(written)}`}`;
}
