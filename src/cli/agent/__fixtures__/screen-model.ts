import { displayWidth } from "../live-region.ts";

/** One row of a screen; `isWrapped` when it continues the row above. */
interface Row {
  text: string;
  isWrapped: boolean;
}

const SEQUENCE = /^\u001B(?:\[(\??[\d;]*)([A-Za-z])|\][^\u0007]*\u0007|[78=>c])/;

/** The beginning of such a sequence, where the text ends in the middle of it. */
const BEGUN = /^\u001B(?:\[\??[\d;]*|\][^\u0007]*)?$/;

/** The visible screen of a terminal: understands cursor movement and clearing, and wraps lines as terminals do. */
export class ScreenModel {
  columns: number;
  /** Titles and other things that were set from outside the text. */
  readonly commands: string[] = [];
  #rows: Row[] = [{ text: "", isWrapped: false }];
  #row = 0;
  #column = 0;
  /** A sequence whose end has not arrived. */
  #begun = "";

  constructor(columns: number) {
    this.columns = columns;
  }

  /** All rows, the ones scrolled away included. */
  lines(): readonly string[] {
    return this.#rows.map(({ text }) => text.trimEnd());
  }

  write(output: string): void {
    let rest = this.#begun + output;
    this.#begun = "";
    while (rest !== "") {
      const sequence = SEQUENCE.exec(rest);
      if (sequence === null && BEGUN.test(rest)) {
        this.#begun = rest;
        return;
      }
      if (sequence !== null) {
        this.#obey(sequence[0], { parameter: sequence[1] ?? "", letter: sequence[2] ?? "" });
        rest = rest.slice(sequence[0].length);
      } else {
        const [character = ""] = rest;
        this.#put(character);
        rest = rest.slice(character.length);
      }
    }
  }

  /** Wraps what is there anew, as terminals do when their window is made narrower or wider. */
  resize(columns: number): void {
    const whole: string[] = [];
    for (const { text, isWrapped } of this.#rows) {
      if (isWrapped) whole.push((whole.pop() ?? "") + text);
      else whole.push(text);
    }
    this.columns = columns;
    this.#rows = whole.flatMap((text) => this.#wrap(text));
    this.#row = this.#rows.length - 1;
    this.#column = this.#rows[this.#row]?.text.length ?? 0;
  }

  #wrap(text: string): Row[] {
    const rows: Row[] = [];
    for (let from = 0; from === 0 || from < text.length; from += this.columns) {
      rows.push({ text: text.slice(from, from + this.columns), isWrapped: from > 0 });
    }
    return rows;
  }

  #put(character: string): void {
    if (character === "\r") this.#column = 0;
    else if (character === "\n") this.#toRow(this.#row + 1);
    else if (character >= " ") this.#type(character);
  }

  #type(character: string): void {
    if (this.#column + displayWidth(character) > this.columns) {
      this.#toRow(this.#row + 1);
      this.#column = 0;
      this.#current().isWrapped = true;
    }
    const row = this.#current();
    row.text = row.text.padEnd(this.#column).slice(0, this.#column) + character + row.text.slice(this.#column + 1);
    this.#column += 1;
  }

  #obey(sequence: string, { parameter, letter }: { readonly parameter: string; readonly letter: string }): void {
    const count = Math.max(1, Number.parseInt(parameter, 10) || 1);
    if (letter === "") this.commands.push(sequence);
    else if (letter === "A") this.#toRow(Math.max(0, this.#row - count));
    else if (letter === "B") this.#toRow(this.#row + count);
    else if (letter === "C") this.#column += count;
    else if (letter === "D") this.#column = Math.max(0, this.#column - count);
    else if (letter === "G") this.#column = count - 1;
    else if (letter === "J") this.#clearBelow();
    else if (letter === "K") this.#clearLine(parameter);
  }

  #clearBelow(): void {
    this.#clearLine("0");
    this.#rows.length = this.#row + 1;
  }

  #clearLine(parameter: string): void {
    const row = this.#current();
    row.text = parameter === "2" ? "" : row.text.slice(0, this.#column);
  }

  #toRow(index: number): void {
    this.#row = index;
    while (this.#rows.length <= index) this.#rows.push({ text: "", isWrapped: false });
  }

  #current(): Row {
    this.#toRow(this.#row);
    return this.#rows[this.#row] ?? { text: "", isWrapped: false };
  }
}
