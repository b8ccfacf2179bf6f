/** A message that a server writes over several lines, as JSON printed for people, is put together again up to this size. */
const MOST_CHARACTERS = 4 * 1024 * 1024;

/** Puts the lines of messages together that are written over several of them. */
export class SpreadMessage {
  #lines: string[] = [];
  #characters = 0;

  /** Whether a line stands for itself: nothing is being put together, and it begins nothing. */
  isApart(line: string): boolean {
    return this.#lines.length === 0 && line !== "{";
  }

  /**
   * The texts to read after this line: none while a message goes on, the whole of one with its last line, and all lines
   * one by one where they turn out to be none.
   */
  take(line: string): readonly string[] {
    this.#lines.push(line);
    this.#characters += line.length;
    const isEnd = line === "}" && this.#lines.length > 1;
    const goesOn = this.#lines.length === 1 || /^\s/.test(line);
    if (!isEnd && goesOn && this.#characters <= MOST_CHARACTERS) return [];
    const texts = isEnd ? [this.#lines.join("\n")] : this.#lines;
    this.#lines = [];
    this.#characters = 0;
    return texts;
  }
}
