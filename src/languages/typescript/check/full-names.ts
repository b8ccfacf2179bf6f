import { CodemodeError } from "../../../base/codemode-error.ts";
import { TextLines } from "../../../base/text-position.ts";
import type { Validator } from "../../../schema/validator.ts";
import { checkWritten } from "../../calls/check-written.ts";
import { refuse } from "../../check-names.ts";
import type { WrittenArguments } from "../../calls/written-arguments.ts";
import { refusedNonObject } from "../../calls/refused-arguments.ts";
import { signatureOf } from "../../calls/tool-signature.ts";
import type { CheckContext } from "../../program.ts";
import { isCalled } from "../explain-fault.ts";
import type { ReadCell } from "../program/prepared-cell.ts";
import type { ToolCallSite } from "../program/tool-calls.ts";

/** Where `callTool` comes from. */
const ROOTS: ReadonlySet<string> = new Set(["callTool", "call_tool", "codemode"]);

/** A call with nothing but a name in its parentheses. */
const NAMED = /\.\s*[\w$]+\(\s*[A-Za-z_$][\w$]*\s*\)/;

/**
 * Refuses a program that calls a tool with arguments that the tool surely refuses as they are written, where the compiler does
 * not see it: by its full name, `callTool("server__tool", …)`, which is a text to it, and with an object behind a name, which
 * may have more in it than is declared.
 */
export async function checkFullNames(
  prepared: ReadCell,
  { catalog, sessionNames }: CheckContext,
  validator: Validator,
): Promise<void> {
  const isByName = mayCallByName(prepared) && ![...ROOTS].some((name) => sessionNames.has(name));
  if (!isByName && !NAMED.test(prepared.code)) return;
  const sites = (await prepared.toolCalls()).filter((site) =>
    site.server === "" ? isByName : isNamedWhole(site) && !sessionNames.has(site.server),
  );
  if (sites.length === 0) return;
  const lines = new TextLines(prepared.code);
  const problemOf = (site: ToolCallSite): CodemodeError | undefined => {
    const owner = catalog.server(site.server);
    const tool = site.server === "" ? catalog.get(site.tool) : owner?.tools.find((each) => isCalled(each, site.tool));
    if (tool === undefined || tool.assumed === true) return undefined;
    const { written } = site.details();
    const start = written.places[0]?.[1] ?? site.start;
    const refusal = isObject(written)
      ? checkWritten(tool, written, { validator, language: "typescript" }).refusal
      : {
          ...refusedNonObject({ name: tool.name, signature: signatureOf(tool, "typescript") }, written.value),
          at: start,
        };
    if (refusal === undefined) return undefined;
    const { message, hint, at } = refusal;
    const place = prepared.toUserText(lines.positionAt(at === 0 ? site.start : at));
    return new CodemodeError("type_error", message, { ...place, tool: tool.name, hint });
  };
  refuse(sites.flatMap((site) => problemOf(site) ?? []));
}

/** True for one name as all arguments, of an object that the text spells out. */
function isNamedWhole(site: ToolCallSite): boolean {
  const { parts, written } = site.details();
  return parts.length === 0 && written.places.length > 0 && written.holes.length + written.open.length === 0;
}

function mayCallByName({ mentions: { freeNames, imports } }: ReadCell): boolean {
  return freeNames.some(({ name }) => ROOTS.has(name)) || imports.some(({ normalized }) => normalized === "codemode");
}

/** Null is left out, as it is at the gate. */
function isObject({ value, holes }: WrittenArguments): boolean {
  return holes.includes("") || (typeof value === "object" && !Array.isArray(value));
}
