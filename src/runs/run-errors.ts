import { CodemodeError } from "../base/codemode-error.ts";
import type { CellOutcome, GuestFault } from "../engines/engine.ts";
import { SKILLS_SERVER } from "../skills/skill-tools.ts";
import type { ServerReport } from "../sources/server-report.ts";
import type { CallBudget } from "./decisions/call-budget.ts";

/** The error of a skill that did not finish, at the line of the skill. */
export function skillError(outcome: Exclude<CellOutcome, { kind: "finished" }>, skill: string): CodemodeError {
  const tool = `${SKILLS_SERVER}__${skill}`;
  if (outcome.kind === "stopped") {
    return new CodemodeError(outcome.code, `The skill "${skill}": ${outcome.message}`, { tool, hint: outcome.hint });
  }
  const { fault } = outcome;
  const place = placeIn(fault);
  const at = place === undefined ? "" : ` at ${place}`;
  const named =
    fault.name === "Error" || fault.name === "ToolError" ? fault.message : `${fault.name}: ${fault.message}`;
  return new CodemodeError(fault.code, `The skill "${skill}" failed${at}: ${named}`, {
    tool: fault.tool ?? tool,
    hint: fault.hint,
    content: fault.content,
    structuredContent: fault.structuredContent,
  });
}

/** File and line of the innermost frame in a skill. */
function placeIn({ stack = "" }: GuestFault): string | undefined {
  const places = [...stack.matchAll(/(skills\/\w+(?:\.py)?)(?:\?\d+|#\d+)?(?:", line |:)(\d+)/g)];
  const found = stack.startsWith("Traceback") ? places.at(-1) : places[0];
  return found === undefined ? undefined : `line ${found[2]} of ${found[1]}`;
}

/** The error of a program that made more calls than it may. */
export function callLimit(budget: CallBudget): CodemodeError {
  return new CodemodeError("call_limit", `The program asked for more than ${budget.limit} tool calls.`, {
    hint: "Ask for less in one program, or raise the limit toolCalls in the configuration.",
  });
}

/** The servers that have not answered yet, of those named or of all, as an error names what was waited for. */
export function lateServers(servers: readonly ServerReport[], names: readonly string[] | undefined): string {
  const late = servers.filter(({ name, status }) => status === "connecting" && (names?.includes(name) ?? true));
  return `the server${late.length === 1 ? "" : "s"} ${late.map(({ name }) => JSON.stringify(name)).join(", ")}`;
}
