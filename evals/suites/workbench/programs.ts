import { analyticsProgram } from "./analytics-programs.ts";
import { calendarProgram } from "./calendar-programs.ts";
import { type Both } from "./program-parts.ts";
import { projectProgram } from "./project-programs.ts";
import type { Words } from "./read-words.ts";
import { severalProgram } from "./several-programs.ts";
import { customerProgram, emailProgram } from "./table-programs.ts";

/** The program of a template for the words of one request; undefined where none is written. */
export function programOf(template: string, words: Words): Both | undefined {
  for (const programs of [
    severalProgram,
    analyticsProgram,
    calendarProgram,
    customerProgram,
    emailProgram,
    projectProgram,
  ]) {
    const found = programs.find(({ template: pattern }) => pattern.test(template));
    if (found !== undefined) return found.write(words);
  }
  return undefined;
}
