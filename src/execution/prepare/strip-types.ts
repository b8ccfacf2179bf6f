import { createRequire } from "node:module";
import { TraceMap, traceSegment } from "@jridgewell/trace-mapping";
import { TextLines, type TextPosition } from "./text-lines.ts";

/** JavaScript made from TypeScript, line by line. */
export interface StrippedCode {
  readonly js: string;
  /** Position in the TypeScript of a position in the JavaScript. */
  toOriginal(position: TextPosition): TextPosition;
}

type Sucrase = typeof import("sucrase");

const load = createRequire(import.meta.url);
let loaded: Sucrase | undefined;

/** Loads the compiler ahead of its first use, about 50 ms of work. */
export function loadTypeStripper(): Sucrase {
  if (loaded === undefined) {
    const sucrase: Sucrase = load("sucrase");
    loaded = sucrase;
  }
  return loaded;
}

/**
 * Removes type annotations. Lines stay where they are; enums and parameter properties become code.
 *
 * Throws the compiler's own error, which carries `pos`. The position map is made on its first use.
 */
export function stripTypes(code: string): StrippedCode {
  const { js } = transform(code);
  let map: PaddedMap | undefined;
  return {
    js,
    toOriginal(position) {
      map ??= new PaddedMap(code);
      return map.toOriginal(position);
    },
  };
}

function transform(code: string, withMap: object = {}): { readonly js: string; readonly map: unknown } {
  const { code: js, sourceMap } = loadTypeStripper().transform(code, {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: true,
    ...withMap,
  });
  return { js, map: sourceMap };
}

/**
 * The compiler's source map loses every column after an empty piece of a template. So the map is made of a text in which a
 * rare space fills those pieces, and columns are counted without it.
 */
class PaddedMap {
  readonly #pad: string;
  readonly #original: TextLines;
  readonly #generated: TextLines;
  readonly #map: TraceMap;

  constructor(code: string) {
    this.#pad = RARE_SPACES.find((space) => !code.includes(space)) ?? " ";
    const padded = code.replace(/[`}](?=\$\{|`)/g, `$&${this.#pad}`);
    const { js, map } = transform(padded, { filePath: "cell", sourceMapOptions: { compiledFilename: "cell" } });
    this.#original = new TextLines(padded);
    this.#generated = new TextLines(js);
    this.#map = new TraceMap(JSON.stringify(map));
  }

  toOriginal({ line, column }: TextPosition): TextPosition {
    const generated = this.#generated.lineAt(line);
    const at = this.#withPads(generated, column - 1);
    const segment = traceSegment(this.#map, line - 1, at);
    if (segment === null || segment.length === 1) return { line, column };
    const original = this.#original.lineAt(segment[2] + 1).slice(0, segment[3]);
    const within = generated.slice(segment[0], at);
    return { line: segment[2] + 1, column: this.#lengthOf(original) + this.#lengthOf(within) + 1 };
  }

  /** Index in a padded line of what has a given index without the padding. */
  #withPads(line: string, index: number): number {
    let at = 0;
    for (let left = index; at < line.length && (left > 0 || line[at] === this.#pad); at++)
      if (line[at] !== this.#pad) left--;
    return at;
  }

  #lengthOf(text: string): number {
    return text.replaceAll(this.#pad, "").length;
  }
}

const RARE_SPACES = ["\u2000", "\u2001", "\u2002", "\u2004", "\u2005", "\u2006", "\u2008", "\u200a"];
