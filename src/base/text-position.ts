/** A place in a text; line and column count from 1, columns in UTF-16 units. */
export interface TextPosition {
  readonly line: number;
  readonly column: number;
}

/** Converts between offsets and positions of one text. Only `\n` ends a line. */
export class TextLines {
  readonly text: string;
  #starts: number[] | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** Position of an offset; offsets outside the text are clamped. */
  positionAt(offset: number): TextPosition {
    const starts = this.#lineStarts();
    const index = lastAtOrBelow(starts, Math.max(0, Math.min(offset, this.text.length)));
    return { line: index + 1, column: Math.min(offset, this.text.length) - (starts[index] ?? 0) + 1 };
  }

  /** Offset of a position; lines and columns outside the text are clamped. */
  offsetAt({ line, column }: TextPosition): number {
    const starts = this.#lineStarts();
    const index = Math.max(0, Math.min(line - 1, starts.length - 1));
    const end = (starts[index + 1] ?? this.text.length + 1) - 1;
    return Math.min((starts[index] ?? 0) + Math.max(0, column - 1), end);
  }

  /** Text of a line without its line break. */
  lineAt(line: number): string {
    const starts = this.#lineStarts();
    const start = starts[line - 1];
    return start === undefined ? "" : this.text.slice(start, (starts[line] ?? this.text.length + 1) - 1);
  }

  #lineStarts(): readonly number[] {
    if (this.#starts === undefined) {
      this.#starts = [0];
      for (let at = this.text.indexOf("\n"); at !== -1; at = this.text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
    }
    return this.#starts;
  }
}

/** Index of the last element that is not above `value` in an ascending list; 0 when there is none. */
export function lastAtOrBelow(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((ascending[middle] ?? 0) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}
