import { markIntegers, stringifyJson } from "../../base/exact-json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { SkillFunction } from "../../languages/function.ts";
import type { PassedArguments } from "./skill-arguments.ts";

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
