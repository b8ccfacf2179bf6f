import { expandDefinitions } from "../../../schema/shape/expand.ts";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import { normaliseSchema } from "../../../schema/shape/normalise.ts";
import type { SkillFunction, SkillLanguage, SkillParameter } from "../../function.ts";
import { isReservedWord } from "../../../catalog/reserved-words.ts";
import { isIdentifier } from "../../type-names.ts";
import { printType } from "./print-type.ts";

/** Spelling of the types of a function. */
export interface SkillTypeOptions {
  /** Spelling of what is not known. */
  readonly untyped: "any" | "unknown";
  /** Nesting beyond which objects and lists are not spelled out. */
  readonly maxDepth: number;
  /** Longest enumeration that is spelled out. */
  readonly maxLiterals: number;
}

/** A function of a skill as TypeScript calls it. */
interface SkillFunctionText {
  /** Parameter lists without the brackets, one per way of calling it; the one to show is the last. */
  readonly parameters: readonly string[];
  /** Result of a call once it is awaited. */
  readonly result: string;
}

/**
 * Spells the parameters and the result of a function of a skill. One that is written in TypeScript is called as
 * written; one in Python by one object of named arguments or, where its parameters have places, in order.
 */
export function skillFunctionText(
  fn: SkillFunction,
  language: SkillLanguage,
  options: SkillTypeOptions,
): SkillFunctionText {
  const type = (schema: JsonSchema): string => typeText(schema, options);
  const result = fn.outputSchema === undefined ? options.untyped : type(fn.outputSchema);
  if (fn.parameters.length === 0) return { parameters: [""], result };
  if (fn.calling === "object") {
    return { parameters: [`args${isOptional(fn) ? "?" : ""}: ${type(fn.inputSchema)}`], result };
  }
  const ordered = orderedParameters(fn.parameters, type);
  const named = `args${isOptional(fn) ? "?" : ""}: ${type(fn.inputSchema)}`;
  if (language === "typescript") return { parameters: [ordered ?? named], result };
  const isNameless = fn.parameters.every(({ passing }) => passing === "rest");
  if (ordered === undefined) return { parameters: [named], result };
  return { parameters: isNameless ? [ordered] : [ordered, named], result };
}

function typeText(schema: JsonSchema, { untyped, maxDepth, maxLiterals }: SkillTypeOptions): string {
  const shape = expandDefinitions(normaliseSchema(schema));
  return printType(shape, { untyped, nameOf: () => untyped, maxLiterals, maxDepth, terse: true });
}

function isOptional({ parameters }: SkillFunction): boolean {
  return parameters.every(({ required }) => !required);
}

/** Undefined where a parameter that has to be there can only be named. */
function orderedParameters(
  parameters: readonly SkillParameter[],
  type: (schema: JsonSchema) => string,
): string | undefined {
  if (parameters.some(({ passing, required }) => passing === "named" && required)) return undefined;
  const inOrder = parameters.filter(({ passing }) => passing === "positional" || passing === "either");
  const lastRequired = inOrder.findLastIndex(({ required }) => required);
  const used = new Set<string>();
  const texts = inOrder.map(({ name, required, schema }, index) => {
    const own = nameOf(name, index, used);
    if (required) return `${own}: ${type(schema)}`;
    return index < lastRequired ? `${own}: ${type(schema)} | undefined` : `${own}?: ${type(schema)}`;
  });
  const rest = parameters.find(({ passing }) => passing === "rest");
  if (rest === undefined) return texts.join(", ");
  const items = type(rest.schema);
  return [...texts, `...${nameOf(rest.name, inOrder.length, used)}: ${items.endsWith("]") ? items : "any[]"}`].join(
    ", ",
  );
}

/** Parameters may have names that TypeScript cannot bind. */
function nameOf(name: string, index: number, used: Set<string>): string {
  const isUsable = isIdentifier(name) && !isReservedWord(name, "tool") && !used.has(name);
  const own = isUsable ? name : `argument_${index + 1}`;
  used.add(own);
  return own;
}
