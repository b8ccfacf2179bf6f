import { createRequire } from "node:module";
import { TraceMap, traceSegment } from "@jridgewell/trace-mapping";
import type { TextPosition } from "./text-lines.ts";

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
  const sucrase = loadTypeStripper();
  const options = {
    transforms: ["typescript"],
    disableESTransforms: true,
    keepUnusedImports: true,
  } satisfies Parameters<Sucrase["transform"]>[1];
  let map: TraceMap | undefined;
  return {
    js: sucrase.transform(code, options).code,
    toOriginal(position) {
      map ??= sourceMap(() =>
        sucrase.transform(code, { ...options, filePath: "cell", sourceMapOptions: { compiledFilename: "cell" } }),
      );
      return trace(map, position);
    },
  };
}

function sourceMap(transform: () => ReturnType<Sucrase["transform"]>): TraceMap {
  const { sourceMap: raw } = transform();
  if (raw === undefined) throw new Error("The compiler gave no source map.");
  return new TraceMap({ ...raw, version: 3 });
}

function trace(map: TraceMap, position: TextPosition): TextPosition {
  const segment = traceSegment(map, position.line - 1, position.column - 1);
  if (segment === null || segment.length === 1) return position;
  return { line: segment[2] + 1, column: segment[3] + (position.column - 1 - segment[0]) + 1 };
}
