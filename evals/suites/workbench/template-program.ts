import type { Both } from "./program-parts.ts";
import type { Words } from "./read-words.ts";

/** Program of the templates whose text the pattern finds. */
export interface TemplateProgram {
  readonly template: RegExp;
  readonly write: (words: Words) => Both;
}
