import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { lastAtOrBelow, TextLines, type TextPosition } from "../../../../base/text-position.ts";

/** A compiled text and its source map as JSON data. */
interface CompiledText {
  readonly js: string;
  readonly map: unknown;
}

/**
 * Leads from places in JavaScript back to the TypeScript it was made of, to the token.
 *
 * The compiler's map has two gaps. It loses every column after an empty piece of a template, so it is made of a text in
 * which a rare space fills those pieces, and columns are counted without it. And a token after removed ones is mapped
 * to the first of those, so the token itself is looked for up to the next mapped place.
 */
export class StrippedMap {
  readonly #original: PaddedLines;
  readonly #generated: PaddedLines;
  readonly #segments: ReturnType<typeof decodedMappings>;
  readonly #starts: (readonly number[] | undefined)[] = [];

  constructor(code: string, compile: (text: string) => CompiledText) {
    const pad = RARE_SPACES.find((space) => !code.includes(space)) ?? " ";
    const padded = code.replace(/[`}](?=\$\{|`)/g, `$&${pad}`);
    const { js, map } = compile(padded);
    this.#original = new PaddedLines(padded, pad);
    this.#generated = new PaddedLines(js, pad);
    this.#segments = decodedMappings(new TraceMap(JSON.stringify(map)));
  }

  /** Place in the TypeScript of a place in the JavaScript. */
  toOriginal({ line, column }: TextPosition): TextPosition {
    const generated = this.#generated.line(line);
    const at = generated.padded(column - 1);
    const index = lastAtOrBelow(this.#startsOf(line), at);
    const [segment, next] = this.#segments[line - 1]?.slice(index, index + 2) ?? [];
    if (segment === undefined || segment.length === 1) return { line, column };
    const original = this.#original.line(segment[2] + 1);
    const end = next !== undefined && next.length !== 1 && next[2] === segment[2] ? next[3] : original.text.length;
    const token = /^(?:[\w$\u0080-\uffff]+|[^])/.exec(generated.text.slice(segment[0], next?.[0] ?? at + 1))?.[0] ?? "";
    const start = placeOfToken(original.text, token, [segment[3], end]);
    const within = generated.unpadded(at) - generated.unpadded(segment[0]);
    return { line: segment[2] + 1, column: original.unpadded(start) + within + 1 };
  }

  #startsOf(line: number): readonly number[] {
    return (this.#starts[line] ??= (this.#segments[line - 1] ?? []).map((segment) => segment[0]));
  }
}

/** A line with padding in it. */
class PaddedLine {
  readonly text: string;
  /** Index of each pad, less the pads before it: where it would be without them. */
  readonly #gaps: number[] = [];
  readonly #pads: number[] = [];

  constructor(text: string, pad: string) {
    this.text = text;
    for (let at = text.indexOf(pad); at !== -1; at = text.indexOf(pad, at + 1)) {
      this.#gaps.push(at - this.#pads.length);
      this.#pads.push(at);
    }
  }

  /** Index in this line of what has an index in the line without padding. */
  padded(index: number): number {
    return index + countBelow(this.#gaps, index + 1);
  }

  /** The opposite of {@link padded}. */
  unpadded(index: number): number {
    return index - countBelow(this.#pads, index);
  }
}

class PaddedLines {
  readonly #lines: TextLines;
  readonly #pad: string;
  readonly #known: (PaddedLine | undefined)[] = [];

  constructor(text: string, pad: string) {
    this.#lines = new TextLines(text);
    this.#pad = pad;
  }

  line(line: number): PaddedLine {
    return (this.#known[line] ??= new PaddedLine(this.#lines.lineAt(line), this.#pad));
  }
}

/** Number of entries of an ascending list below a limit. */
function countBelow(ascending: readonly number[], limit: number): number {
  const index = lastAtOrBelow(ascending, limit - 1);
  return (ascending[index] ?? limit) < limit ? index + 1 : 0;
}

/** Removed tokens stand before the one that was kept, so it is the last of its kind before the next mapped place. */
function placeOfToken(line: string, token: string, [start, end]: readonly [number, number]): number {
  if (line.startsWith(token, start)) return start;
  const last = line.lastIndexOf(token, end - token.length);
  return last > start ? last : start;
}

const RARE_SPACES = ["\u2000", "\u2001", "\u2002", "\u2004", "\u2005", "\u2006", "\u2008", "\u200a"];
