import type { JsonSchema } from "../../../schema/json-schema.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import { expandDefinitions } from "../../../schema/shape/expand.ts";
import { normaliseSchema } from "../../../schema/shape/normalise.ts";
import type { PropertyShape } from "../../../schema/shape/shape.ts";
import { propertiesOf } from "../../schema-parts.ts";
import type { SkillFunction, SkillLanguage, SkillParameter } from "../../function.ts";
import { isPythonName, pythonScalar } from "./text.ts";

/** A parameter as Python writes it. */
interface PythonParameter {
  readonly name: string;
  /** Prefix of the name. */
  readonly star: "" | "*" | "**";
  /** Schema of one value, also where the parameter gathers several. */
  readonly schema: JsonSchema;
  /** The default as written; absent for a parameter that is required, or gathers. */
  readonly initial?: string;
}

/** Marks: everything before `/` has no name to be called by, everything after `*` has nothing else. */
type PythonParameterMark = "/" | "*";

/**
 * The parameters of a function of a skill as Python calls it: a function written in Python unchanged, one in
 * TypeScript by place or name, and one that takes an object by the properties of that object.
 */
export function pythonParameters(
  fn: SkillFunction,
  language: SkillLanguage,
): readonly (PythonParameter | PythonParameterMark)[] {
  const parameters = fn.calling === "object" ? propertiesAsParameters(fn) : fn.parameters;
  if (parameters.some(({ name }) => !isPythonName(name))) {
    return [
      { name: "arguments", star: "", schema: fn.inputSchema, ...(isOptional(fn) ? { initial: "..." } : {}) },
      "/",
    ];
  }
  const written: (PythonParameter | PythonParameterMark)[] = [];
  for (const [index, parameter] of parameters.entries()) {
    if (opensNamed(parameters, index)) written.push("*");
    written.push(toPython(parameter, parameters.slice(0, index)));
    if (language === "python" && endsPlaces(parameters, index)) written.push("/");
  }
  return written;
}

/** True when a call of a function must be awaited: one that runs somewhere else always must. */
export function mustAwait(fn: SkillFunction, language: SkillLanguage): boolean {
  return language !== "python" || fn.isAsync;
}

/** The shape of a schema, with its definitions put in place. */
export function shapeOf(schema: JsonSchema): PropertyShape["shape"] {
  return expandDefinitions(normaliseSchema(schema));
}

function propertiesAsParameters({ inputSchema }: SkillFunction): readonly SkillParameter[] {
  return propertiesOf(inputSchema).map(({ name, schema, required }): SkillParameter => ({
    name,
    schema,
    required,
    passing: "named",
  }));
}

function isOptional({ parameters }: SkillFunction): boolean {
  return parameters.every(({ required }) => !required);
}

function opensNamed(parameters: readonly SkillParameter[], index: number): boolean {
  const passing = parameters[index]?.passing;
  const before = parameters[index - 1]?.passing;
  return passing === "named" && before !== "named" && before !== "rest";
}

function endsPlaces(parameters: readonly SkillParameter[], index: number): boolean {
  return parameters[index]?.passing === "positional" && parameters[index + 1]?.passing !== "positional";
}

function toPython(
  { name, passing, required, schema }: SkillParameter,
  before: readonly SkillParameter[],
): PythonParameter {
  if (passing === "rest") return { name, star: "*", schema: itemSchema(schema, "items") };
  if (passing === "named-rest") return { name, star: "**", schema: itemSchema(schema, "additionalProperties") };
  // Python has no parameter without a default after one with it, unless it has to be named.
  const mayLack = passing !== "named" && before.some((each) => !each.required);
  return { name, star: "", schema, ...(required && !mayLack ? {} : { initial: defaultOf(schema) }) };
}

function itemSchema(schema: JsonSchema, key: "items" | "additionalProperties"): JsonSchema {
  const item = isSchemaObject(schema) ? schema[key] : undefined;
  return typeof item === "boolean" || isSchemaObject(item) ? item : {};
}

/** Short defaults are shown. */
function defaultOf(schema: JsonSchema): string {
  if (!isSchemaObject(schema) || !("default" in schema)) return "...";
  const value: unknown = schema.default;
  if (value === null) return "None";
  const isScalar = typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  if (!isScalar || String(value).length > 40) return "...";
  return pythonScalar(value);
}
