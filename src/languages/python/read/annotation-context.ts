import type { JsonSchema } from "../../../schema/json-schema.ts";
import { type PythonPart, textOf } from "./parse-module.ts";

/** Context of reading an annotation. */
export interface AnnotationContext {
  /** Classes (whole definitions) and aliases (their values) of the file by name. */
  readonly declarations: ReadonlyMap<string, PythonPart>;
  /** Names being expanded; one that is met again stands for anything. */
  readonly open: ReadonlySet<string>;
  /** Number of further types that are read before the rest stands for anything. */
  readonly budget: { left: number };
  readonly depth: number;
  /** Reads an annotation inside another one. */
  readonly read: (part: PythonPart | undefined, context: AnnotationContext) => JsonSchema;
}

/** The last part of a dotted name: `typing.List` is `List`. */
export function lastName(part: PythonPart): string {
  return /(\w+)$/.exec(textOf(part).slice(-200))?.[1] ?? "";
}
