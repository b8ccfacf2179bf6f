/** A terminal as the live region needs it. */
export interface LiveScreen {
  readonly write: (text: string) => void;
  /** Asked at each drawing, since a window may change its size. */
  readonly columns: () => number;
  readonly rows: () => number;
  /** False where nothing can be drawn over, as in a file or a pipe. */
  readonly isLive: boolean;
}

/** One line that is drawn over and over. */
export interface LiveLine {
  /** Without colours; cut to the width of the screen. */
  readonly text: string;
  readonly style?: (text: string) => string;
}

const CLEAR_BELOW = "\u001B[J";
const up = (lines: number): string => (lines > 0 ? `\u001B[${lines}A` : "");

/**
 * Lines at the end of the output that change, below text that stays.
 *
 * A line is never as wide as the screen, so that no terminal wraps it; when the window gets narrower in between, the
 * lines that were wrapped by that are counted before they are drawn over.
 */
export class LiveRegion {
  readonly #screen: LiveScreen;
  #drawn: readonly number[] = [];
  #isAtLineStart = true;

  constructor(screen: LiveScreen) {
    this.#screen = screen;
  }

  /** Writes text that stays, above the live lines, which go until they are drawn again. */
  print(text: string): void {
    if (text === "") return;
    this.clear();
    this.#screen.write(text);
    this.#isAtLineStart = text.endsWith("\n");
  }

  /** Ends the line that is being written, if there is one. */
  endLine(): void {
    if (!this.#isAtLineStart) this.print("\n");
  }

  /** Draws lines over those drawn before. Waits for the end of a line that is being written. */
  draw(lines: readonly LiveLine[]): void {
    if (!this.#screen.isLive || !this.#isAtLineStart) return;
    const width = Math.max(1, this.#screen.columns() - 1);
    const fitting = lines.slice(0, Math.max(1, this.#screen.rows() - 1));
    const cut = fitting.map(({ text, style }) => ({ text: cutToWidth(text, width), style }));
    const shown = cut.map(({ text, style = (plain) => plain }) => `${style(text)}\n`).join("");
    this.#screen.write(`${this.#wipe()}${shown}`);
    this.#drawn = cut.map(({ text }) => displayWidth(text));
  }

  /** Takes the live lines away. */
  clear(): void {
    if (this.#drawn.length === 0) return;
    this.#screen.write(this.#wipe());
    this.#drawn = [];
  }

  #wipe(): string {
    if (this.#drawn.length === 0) return "";
    const columns = Math.max(1, this.#screen.columns());
    const lines = this.#drawn.reduce((sum, width) => sum + Math.max(1, Math.ceil(width / columns)), 0);
    return `\r${up(Math.min(lines, this.#screen.rows()))}${CLEAR_BELOW}`;
  }
}

/** Columns a text takes: two for letters of East Asian scripts and pictures, none for marks on other letters. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** As much of a text as fits, with an ellipsis when something was cut. */
export function cutToWidth(text: string, columns: number): string {
  if (displayWidth(text) <= columns) return text;
  let width = 0;
  let kept = "";
  for (const character of text) {
    width += widthOf(character);
    if (width > columns - 1) break;
    kept += character;
  }
  return `${kept}…`;
}

function widthOf(character: string): number {
  if (/\p{Mark}|\p{Cf}/u.test(character)) return 0;
  return /[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]/u.test(
    character,
  )
    ? 2
    : 1;
}
