import { markIntegers, stringifyJson } from "../../base/exact-json.ts";
import type { JsonObject, JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { SkillFunction, SkillParameter } from "../../languages/function.ts";

/** Arguments as a caller gave them: one object, or a list as in a call of an imported function, with keywords. */
export interface GivenArguments {
  readonly named?: JsonObject | undefined;
  readonly positional?: readonly JsonValue[] | undefined;
}

/** Arguments as a function takes them. An empty list stands for a parameter that was left out. */
interface PassedArguments {
  readonly positional: readonly (readonly JsonValue[])[];
  readonly named: JsonObject;
}

/** Turns the arguments a caller gave into those a function of a skill takes. */
export function passArguments(fn: SkillFunction, given: GivenArguments): PassedArguments {
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

/** The text of a program that calls one function of a skill; its value is the function's result. */
export function callProgram(
  language: GuestLanguage,
  identifier: string,
  { exportedAs, passed }: { readonly exportedAs: string; readonly passed: PassedArguments },
): string {
  if (language === "python") {
    return [
      "import json as _json",
      `import skills.${identifier} as _skill`,
      `_call = _json.loads(${JSON.stringify(stringifyJson(passed))})`,
      `getattr(_skill, ${JSON.stringify(exportedAs)})(*[_each[0] for _each in _call["positional"] if _each], **_call["named"])`,
    ].join("\n");
  }
  return [
    `import * as skill_module from "skills/${identifier}";`,
    `await skill_module[${JSON.stringify(exportedAs)}](...(${dataExpression(passed)}).positional.map(([value]) => value));`,
  ].join("\n");
}

/** A JavaScript expression of plain data. */
function dataExpression(value: unknown): string {
  const text = stringifyJson(value);
  const marked = markIntegers(text);
  if (marked === undefined) return `JSON.parse(${JSON.stringify(text)})`;
  const [data, mark] = [JSON.stringify(marked.text), JSON.stringify(marked.mark)];
  const revive = `typeof part === "string" && part.startsWith(mark) ? BigInt(part.slice(mark.length)) : part`;
  return `((mark) => JSON.parse(${data}, (_key, part) => ${revive}))(${mark})`;
}

/** The function that is meant, or an error that names those there are. */
export function chooseFunction(
  skill: { readonly name: string; readonly functions: readonly SkillFunction[]; readonly entry?: string },
  wanted: string | undefined,
): SkillFunction {
  const name = wanted ?? skill.entry;
  const found = skill.functions.find(({ exportedAs }) => exportedAs === name);
  if (found !== undefined) return found;
  const names = skill.functions.map(({ exportedAs }) => exportedAs).join(", ");
  const what = wanted === undefined ? "has no function to run" : `has no function "${wanted}"`;
  throw new CodemodeError("unknown_tool", `The skill "${skill.name}" ${what}.`, {
    tool: `skills__${skill.name}`,
    hint:
      names === "" ? "It exports no function." : `It has: ${names}. Import the one you mean, or name one of them main.`,
  });
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
