import { isRecord } from "../../../base/is-record.ts";
import type { ValidationIssue } from "../../../schema/check/explain.ts";
import { type ArgumentRefusal, refusedArguments, refusedNonObject } from "../../calls/refused-arguments.ts";
import { withHoles, type WrittenArguments } from "../../calls/written-arguments.ts";
import type { KnownTool } from "./checked.ts";

/**
 * Why the schema of a tool refuses arguments as they are written, where a check found them wrong; undefined when what is
 * written does not show it.
 *
 * A place whose value the text does not say counts as wrong only where the check named it: then what is wanted there is
 * said.
 */
export function refusalOf(
  tool: KnownTool,
  written: WrittenArguments,
  suspects: readonly { readonly pos: number }[],
): ArgumentRefusal | undefined {
  const { value, holes } = written;
  if (!holes.includes("") && !isRecord(value)) return refusedNonObject(tool, value);
  const suspected = new Set(
    written.places.filter(([, start]) => suspects.some(({ pos }) => pos === start)).map(([path]) => path),
  );
  const issues = tool.refuse?.(withHoles(written)) ?? [];
  const shown = issues.flatMap((issue) => shownIssue(issue, written, suspected));
  return shown.length === 0 ? undefined : refusedArguments(tool, shown);
}

function shownIssue(
  issue: ValidationIssue,
  { holes, open }: WrittenArguments,
  suspected: ReadonlySet<string>,
): readonly ValidationIssue[] {
  const { path, wanted } = issue;
  if (holes.includes(path)) {
    if (!suspected.has(path) || wanted === undefined) return [];
    return [{ ...issue, message: `${path === "" ? "The arguments" : path} must be ${wanted}.` }];
  }
  // What holds a place that is not known, or may have more in it, is not known either.
  if (holes.some((hole) => hole.startsWith(`${path}/`))) return [];
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  return wanted === undefined && open.includes(parent) && !suspected.has(path) ? [] : [issue];
}
