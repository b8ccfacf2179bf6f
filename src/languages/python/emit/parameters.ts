import type { PropertyShape } from "../../../schema/shape/shape.ts";
import { shortDefault } from "../../docs.ts";
import { prettyType, type PrettyLimits } from "./pretty-type.ts";
import type { PythonTool } from "./tool-signature.ts";
import { pythonScalar } from "./text.ts";

/**
 * Parameter list of a function for readers: keywords where all names allow it, otherwise one dict.
 * @param limits with `isShort` the type of keywords that are strings is left out
 */
export function prettyParameters(tool: PythonTool, limits: PrettyLimits & { readonly isShort?: boolean }): string {
  if (tool.empty) return "";
  const named = tool.keywords.length > 0 && tool.others.length === 0;
  if (!named) return `arguments: ${prettyType(tool.input.root, limits)}${tool.optional ? " = ..." : ""}, /`;
  const parameters = tool.keywords.map((property) => {
    const type = prettyType(property.shape, limits);
    const said = limits.isShort === true && type === "str" ? "" : `: ${type}`;
    return `${property.name}${said}${property.required ? "" : ` = ${defaultOf(property)}`}`;
  });
  return `*, ${parameters.join(", ")}`;
}

/** Short defaults are shown; an optional parameter without one is left out of the call. */
function defaultOf({ docs }: PropertyShape): string {
  const value = shortDefault(docs);
  return value === undefined ? "..." : pythonScalar(value);
}
