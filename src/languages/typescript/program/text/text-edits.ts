import { SourcePieces } from "./source-pieces.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** Order among insertions at one offset. */
  readonly rank: number;
}

/** Ends of ranges come before everything else at their offset, beginnings after it; no text is as long. */
const AMONG_ALL = -1e9;
const AT_END = -3e9;

/** Collects small replacements in a text, then renders the result as pieces that know their origin. */
export class TextEdits {
  readonly #original: string;
  readonly #edits: Edit[] = [];
  readonly #closings: Edit[] = [];
  readonly #head: { readonly text: string; readonly origin: number }[] = [];

  constructor(original: string) {
    this.#original = original;
  }

  /** Replaces a range; ranges of several edits must not overlap. */
  replace(start: number, end: number, text: string): void {
    this.#edits.push({ start, end, text, rank: AMONG_ALL });
  }

  /** Inserts a text before an offset. */
  insert(offset: number, text: string): void {
    this.replace(offset, offset, text);
  }

  /** Puts a range between two texts; of ranges that begin or end together the longer one is outside, then the first. */
  enclose(
    { start, end }: { readonly start: number; readonly end: number },
    [open, close]: readonly [string, string],
  ): void {
    this.#edits.push({ start, end: start, text: open, rank: -end });
    this.#closings.push({ start: end, end, text: close, rank: AT_END - start });
  }

  /** Puts a text at the top of the result; errors in it are shown at `origin`. */
  prepend(text: string, origin: number): void {
    this.#head.push({ text, origin });
  }

  /** The edited text between the text at the top, `head`, and `tail`. */
  render(head: string, tail: string): SourcePieces {
    const pieces = new SourcePieces(this.#original);
    for (const { text, origin } of this.#head) pieces.insert(text, origin);
    pieces.insert(head, 0);
    let at = 0;
    for (const edit of [...this.#closings.toReversed(), ...this.#edits].sort(byPlace)) {
      pieces.copy(at, edit.start);
      pieces.insert(edit.text, edit.start);
      at = edit.end;
    }
    pieces.copy(at, this.#original.length);
    pieces.insert(tail, this.#original.length);
    return pieces;
  }
}

function byPlace(a: Edit, b: Edit): number {
  return a.start - b.start || a.end - b.end || a.rank - b.rank;
}
