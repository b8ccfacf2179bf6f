import type { SkillFunction } from "../../function.ts";
import { type ShownSkill, skillUse, withinLength } from "../../skills/skill-view.ts";
import { prettyType } from "./pretty-type.ts";
import { mustAwait, pythonParameters, shapeOf } from "./skill-function.ts";
import { docstring, docstringLines, isPythonName, quotePython } from "./text.ts";

/**
 * Call of a skill by a Python program, on one line: `async def mean(values: list[float], digits: float = 2) -> str`.
 */
export function emitPythonSkillSignature(skill: ShownSkill): string {
  const use = skillUse(skill, isPythonName);
  const name = quotePython(skill.name);
  if (use.kind === "read") return `await load_skill(${name})`;
  if (use.kind === "run") return `await run_skill(${name})`;
  if (use.kind === "script") {
    return use.scripts.map((script) => `await run_skill(${name}, ${quotePython(script)}, args)`).join("; ");
  }
  return withinLength((maxDepth) => use.functions.map((fn) => signature(skill, fn, maxDepth)).join("; "));
}

/** The line that imports what {@link emitPythonSkillSignature} shows. */
export function emitPythonSkillImport(skill: ShownSkill): string {
  const use = skillUse(skill, isPythonName);
  if (use.kind === "read") return "from generated.skills import load_skill";
  if (use.kind !== "functions" || skill.kind !== "code") return "from generated.skills import run_skill";
  return `from skills.${skill.identifier} import ${use.functions.map(({ exportedAs }) => exportedAs).join(", ")}`;
}

/** The signature of a skill with its documentation. */
export function emitPythonSkillDeclaration(skill: ShownSkill): string {
  const use = skillUse(skill, isPythonName);
  if (use.kind !== "functions") {
    return [...docstring(docstringLines(skill.description, 2_000)), emitPythonSkillSignature(skill)].join("\n");
  }
  const lines: string[] = [];
  for (const fn of use.functions) {
    const about = fn.description === "" ? skill.description : fn.description;
    const doc = docstring(about === "" ? [] : docstringLines(about, 2_000), "    ");
    lines.push(`${withinLength((maxDepth) => signature(skill, fn, maxDepth))}:`);
    lines.push(...(doc.length === 0 ? ["    ..."] : doc));
  }
  return lines.join("\n");
}

function signature(skill: ShownSkill, fn: SkillFunction, maxDepth: number): string {
  const language = skill.kind === "code" ? skill.language : "python";
  const limits = { maxLiterals: 12, maxDepth };
  const parameters = pythonParameters(fn, language).map((parameter) => {
    if (typeof parameter === "string") return parameter;
    const { name, star, schema, initial } = parameter;
    const type = prettyType(shapeOf(schema), limits);
    return `${star}${name}: ${type}${initial === undefined ? "" : ` = ${initial}`}`;
  });
  const result = fn.outputSchema === undefined ? "Any" : prettyType(shapeOf(fn.outputSchema), limits);
  return `${mustAwait(fn, language) ? "async " : ""}def ${fn.exportedAs}(${parameters.join(", ")}) -> ${result}`;
}
