import { isRecord } from "../../base/is-record.ts";
import type { JsonObject, JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Validator } from "../../schema/validator.ts";
import type { SkillFunction, SkillParameter } from "../../languages/function.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";

/** A function of a skill that is about to be called. */
interface CalledFunction {
  readonly skill: string;
  readonly fn: SkillFunction;
}

/** Arguments as a caller gave them: one object, or a list as in a call of an imported function, with keywords. */
interface GivenArguments {
  readonly named?: JsonObject | undefined;
  readonly positional?: readonly JsonValue[] | undefined;
}

/** Arguments as a function takes them. An empty list stands for a parameter that was left out. */
export interface PassedArguments {
  readonly positional: readonly (readonly JsonValue[])[];
  readonly named: JsonObject;
}

/**
 * Turns the arguments that a caller gave into those a function of a skill takes. Throws `invalid_arguments` for
 * arguments that do not fit, with each that is wrong and the way to put it right.
 */
export function settleArguments(called: CalledFunction, asked: GivenArguments, validator: Validator): PassedArguments {
  const given = readObject(called.fn, asked, validator);
  assertArguments(called, given, validator);
  return passArguments(called.fn, given);
}

/**
 * Takes one object for the arguments by name where a caller meant it so: all its names are parameters, or some are and
 * the first parameter could not take it anyway.
 */
function readObject(fn: SkillFunction, given: GivenArguments, validator: Validator): GivenArguments {
  const only = soleObject(given);
  if (only === undefined || fn.calling === "object") return given;
  return isMeantByName(fn, only, validator) ? { named: only } : given;
}

function soleObject({ positional = [], named = {} }: GivenArguments): JsonObject | undefined {
  const [only] = positional;
  return positional.length === 1 && Object.keys(named).length === 0 && isRecord(only) ? only : undefined;
}

function isMeantByName({ parameters }: SkillFunction, only: JsonObject, validator: Validator): boolean {
  const keys = Object.keys(only);
  const known = keys.filter((key) => parameters.some(({ name }) => name === key));
  const isOpen = parameters.some(({ passing }) => passing === "named-rest");
  if (keys.length > 0 && (isOpen || known.length === keys.length)) return true;
  const [first] = parameters;
  return known.length > 0 && (first === undefined || !validator.validate(first.schema, only).ok);
}

function assertArguments(called: CalledFunction, given: GivenArguments, validator: Validator): void {
  const { fn } = called;
  const values = fn.calling === "object" ? (given.positional?.[0] ?? given.named ?? {}) : valuesByName(called, given);
  const verdict = validator.validate(fn.inputSchema, values);
  if (verdict.ok) return;
  const problems = verdict.issues.map(({ message }) => message.replace(/\.$/, "")).join("; ");
  throw refusal(called, problems, verdict.issues[0]?.fix);
}

function valuesByName(called: CalledFunction, { positional = [], named = {} }: GivenArguments): JsonObject {
  const { parameters } = called.fn;
  const places = parameters.filter(({ passing }) => passing === "positional" || passing === "either");
  const rest = parameters.find(({ passing }) => passing === "rest");
  const extra = positional.slice(places.length);
  if (extra.length > 0 && rest === undefined) {
    const most = places.length === 1 ? "one argument" : `${places.length} arguments`;
    throw refusal(
      called,
      `it takes ${most} in order, ${positional.length} were given`,
      "Name the others, or leave them out.",
    );
  }
  const given = positional
    .slice(0, places.length)
    .map((value, index): [string, JsonValue] => [places[index]?.name ?? "", value]);
  const twice = given.find(([name]) => Object.hasOwn(named, name));
  if (twice !== undefined) throw refusal(called, `\`${twice[0]}\` is given twice`, "Give it in its place or by name.");
  const values = Object.fromEntries([...Object.entries(named), ...given]);
  return rest === undefined || extra.length === 0 ? values : { ...values, [rest.name]: extra };
}

function refusal({ skill, fn }: CalledFunction, problems: string, fix: string | undefined): CodemodeError {
  const names = fn.parameters.map(({ name, required }) => (required ? name : `${name}?`));
  const takes = fn.calling === "object" || names.length === 0 ? "" : `It takes: ${names.join(", ")}.`;
  return new CodemodeError("invalid_arguments", `The skill "${skill}" cannot take these arguments: ${problems}.`, {
    tool: `${SKILLS_SERVER}__${skill}`,
    hint: [fix, takes].filter((part) => part !== undefined && part !== "").join(" "),
  });
}

function passArguments(fn: SkillFunction, given: GivenArguments): PassedArguments {
  const { named = {}, positional = [] } = given;
  if (fn.calling === "object") {
    const [first = named] = positional;
    return { positional: [[first]], named: {} };
  }
  if (positional.length === 0) return byName(fn, named);
  if (Object.keys(named).length > 0 && fn.parameters.every(({ passing }) => isInOrder(passing))) {
    const rest = byName(fn, named).positional.slice(positional.length);
    return { positional: [...positional.map((value) => [value]), ...rest], named: {} };
  }
  return { positional: positional.map((value) => [value]), named };
}

function byName({ parameters }: SkillFunction, values: JsonObject): PassedArguments {
  const rest = parameters.find(({ passing }) => passing === "rest");
  const restValues = rest === undefined ? [] : asList(own(values, rest.name)[0]);
  const isList = parameters.every(({ passing }) => isInOrder(passing));
  const inOrder = parameters.filter(({ passing }) =>
    isList || restValues.length > 0 ? passing === "positional" || passing === "either" : passing === "positional",
  );
  const taken = new Set([...inOrder, ...(rest === undefined ? [] : [rest])].map(({ name }) => name));
  return {
    positional: [...inOrder.map(({ name }) => own(values, name)), ...restValues.map((value) => [value])],
    named: Object.fromEntries(Object.entries(values).filter(([name]) => !taken.has(name))),
  };
}

function isInOrder(passing: SkillParameter["passing"]): boolean {
  return passing === "positional" || passing === "rest";
}

function own(values: JsonObject, name: string): JsonValue[] {
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  return value === undefined ? [] : [value];
}

function asList(value: JsonValue | undefined): readonly JsonValue[] {
  return Array.isArray(value) ? value : [];
}
