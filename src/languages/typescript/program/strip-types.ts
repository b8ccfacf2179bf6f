import { createRequire } from "node:module";
import { StrippedMap } from "./text/stripped-map.ts";
import type { TextPosition } from "../../../base/text-position.ts";

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
  let map: StrippedMap | undefined;
  return {
    js,
    toOriginal(position) {
      map ??= new StrippedMap(code, (text) => transform(text, WITH_MAP));
      return map.toOriginal(position);
    },
  };
}

const WITH_MAP = { filePath: "cell", sourceMapOptions: { compiledFilename: "cell" } };

function transform(code: string, withMap: object = {}): { readonly js: string; readonly map: unknown } {
  const compiler = loadTypeStripper();
  try {
    const { code: js, sourceMap } = compiler.transform(code, {
      transforms: ["typescript"],
      disableESTransforms: true,
      keepUnusedImports: true,
      ...withMap,
    });
    return { js, map: sourceMap };
  } catch (error) {
    throw isLost(error) ? lostProblem(code, error) : error;
  }
}

/** True when the compiler has lost its place, as it may in a text that is not a program. */
function isLost(error: unknown): boolean {
  return error instanceof Error && !(error instanceof SyntaxError) && !(error instanceof RangeError);
}

function lostProblem(code: string, cause: unknown): SyntaxError {
  const problem = new SyntaxError("The program cannot be read to its end", { cause });
  return Object.assign(problem, { pos: code.trimEnd().length });
}
