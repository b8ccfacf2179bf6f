import { SourcePieces } from "./source-pieces.ts";
import { lastAtOrBelow } from "../../../../base/text-position.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface Move extends Edit {
  readonly suffix: string;
}

/** Collects small replacements and moves in a text, then renders the result as pieces that know their origin. */
export class TextEdits {
  readonly #original: string;
  readonly #edits: Edit[] = [];
  readonly #moves: Move[] = [];
  readonly #head: { readonly text: string; readonly origin: number }[] = [];

  constructor(original: string) {
    this.#original = original;
  }

  /** Replaces a range; ranges of several edits must not overlap. */
  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text });
  }

  /** Inserts a text before an offset. */
  insert(offset: number, text: string): void {
    this.replace(offset, offset, text);
  }

  /** Puts a text at the top of the result; errors in it are shown at `origin`. */
  prepend(text: string, origin: number): void {
    this.#head.push({ text, origin });
  }

  /** Moves a range, with the edits inside it, to the top of the result, between two texts; leaves `;` in its place. */
  hoist(range: { readonly start: number; readonly end: number }, [prefix, suffix]: readonly [string, string]): void {
    this.#moves.push({ start: range.start, end: range.end, text: prefix, suffix });
  }

  /** The edited text, followed by `tail`. */
  render(tail: string): SourcePieces {
    const pieces = new SourcePieces(this.#original);
    const { inner, outer } = this.#split();
    for (const { text, origin } of this.#head) pieces.insert(text, origin);
    for (const [index, move] of this.#moves.entries()) {
      pieces.insert(move.text, move.start);
      this.#render(pieces, move, inner[index] ?? []);
      pieces.insert(move.suffix, move.end);
    }
    this.#render(pieces, { start: 0, end: this.#original.length }, outer);
    pieces.insert(tail, this.#original.length);
    return pieces;
  }

  /** The edits inside each moved range, and those of what stays, both in order of the text. */
  #split(): { readonly inner: readonly (readonly Edit[])[]; readonly outer: readonly Edit[] } {
    const starts = this.#moves.map(({ start }) => start);
    const inner: Edit[][] = this.#moves.map(() => []);
    const outer: Edit[] = this.#moves.map(({ start, end }) => ({ start, end, text: ";" }));
    for (const edit of this.#edits.toSorted(byPlace)) {
      const index = lastAtOrBelow(starts, edit.start);
      const move = this.#moves[index];
      if (move !== undefined && isInside(edit, move)) inner[index]?.push(edit);
      else outer.push(edit);
    }
    return { inner, outer: outer.sort(byPlace) };
  }

  #render(pieces: SourcePieces, range: { readonly start: number; readonly end: number }, edits: readonly Edit[]): void {
    let at = range.start;
    for (const edit of edits) {
      pieces.copy(at, edit.start);
      pieces.insert(edit.text, edit.start);
      at = edit.end;
    }
    pieces.copy(at, range.end);
  }
}

function byPlace(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end;
}

/** An insertion exactly at the border belongs to the neighbour. */
function isInside(edit: Edit, move: Edit): boolean {
  return edit.start < move.end && (edit.start > move.start || (edit.start === move.start && edit.end > edit.start));
}
