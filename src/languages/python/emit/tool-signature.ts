import type { ToolEntry } from "../../../catalog/tool.ts";
import type { PropertyShape, Shape, ShapeDocument } from "../../../schema/shape/shape.ts";
import { toolShapes } from "../../tool-shapes.ts";
import { mergedObject, withoutIntersections } from "./plain-shape.ts";
import { isPythonKeyword, isPythonName } from "./text.ts";

/** Parameters and result of a tool, in Python's terms. */
export interface PythonTool {
  readonly input: ShapeDocument;
  readonly output?: ShapeDocument;
  /** Parameters that can be written as keywords, under the names they are given by. */
  readonly keywords: readonly PropertyShape[];
  /** Parameters whose names are not Python names; they go into a dict. */
  readonly others: readonly PropertyShape[];
  /** Type of parameters the schema does not list, where it says that there may be some. */
  readonly rest?: Shape;
  /** True when the tool takes no arguments at all. */
  readonly empty: boolean;
  readonly optional: boolean;
}

/**
 * Names of parameters by those that a call gives them by: a keyword of Python has an underscore behind it, unless that is
 * another parameter.
 */
export function namesByKeyword(names: readonly string[]): ReadonlyMap<string, string> {
  const isEvaded = (name: string): boolean => isPythonKeyword(name) && !names.includes(`${name}_`);
  return new Map(names.map((name) => [isEvaded(name) ? `${name}_` : name, name]));
}

const known = new WeakMap<ToolEntry, PythonTool>();

/** Reads a tool once for every text that is made of it. */
export function pythonTool(entry: ToolEntry): PythonTool {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const shapes = toolShapes(entry);
  const input = withoutIntersections(shapes.input);
  const merged = mergedObject(input.root, input);
  const properties = merged?.properties ?? [];
  const byName = new Map(properties.map((each) => [each.name, each]));
  const given = [...namesByKeyword([...byName.keys()])].flatMap(([name, own]) => {
    const property = byName.get(own);
    return property === undefined ? [] : [name === own ? property : { ...property, name }];
  });
  const tool: PythonTool = {
    input,
    ...(shapes.output === undefined ? {} : { output: withoutIntersections(shapes.output) }),
    keywords: given.filter(({ name }) => isPythonName(name)),
    others: given.filter(({ name }) => !isPythonName(name)),
    ...(merged?.index === undefined && properties.length > 0 ? {} : { rest: merged?.index ?? { kind: "unknown" } }),
    empty: shapes.inputEmpty,
    optional: shapes.inputOptional,
  };
  known.set(entry, tool);
  return tool;
}
