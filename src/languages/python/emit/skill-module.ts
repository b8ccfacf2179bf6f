import type { SkillFunction } from "../../function.ts";
import { createNameAllocator } from "../../type-names.ts";
import type { BoundSkill } from "../../typescript/emit/skill-module.ts";
import { emitPythonSkillStub } from "./skill-stub.ts";
import { docstring, docstringLines, isPythonName, quotePython } from "./text.ts";

const MAX_DOC = 4_000;

/**
 * Writes a skill as a module of async functions that run it somewhere else, in its own language; the types are in the
 * stub of {@link emitPythonSkillStub}, whose names exist here as `dict`.
 *
 * @param runtime module that has `_skills(kind, request)`
 */
export function emitPythonSkillModule(skill: BoundSkill, runtime = "codemode"): string {
  const { types } = emitPythonSkillStub(skill);
  const names = createNameAllocator([...skill.functions.map(({ exportedAs }) => exportedAs), ...types]);
  const [ask, dict] = [names.claim("_skills"), names.claim("_dict")];
  const about = skill.description === "" ? `The skill ${skill.name}.` : skill.description;
  return [
    ...docstring(docstringLines(about, MAX_DOC)),
    `from builtins import dict as ${dict}`,
    `from ${runtime} import _skills as ${ask}`,
    "",
    ...types.map((name) => `${name} = ${dict}`),
    ...skill.functions.map((fn, index) => functionText(skill, fn, { ask, own: `_function_${index}` })),
  ].join("\n");
}

function functionText(
  skill: BoundSkill,
  fn: SkillFunction,
  { ask, own }: { readonly ask: string; readonly own: string },
): string {
  const isPlain = isPythonName(fn.exportedAs);
  const name = isPlain ? fn.exportedAs : own;
  const request = `"name": ${quotePython(skill.name)}, "function": ${quotePython(fn.exportedAs)}`;
  return [
    "",
    `async def ${name}(*positional, **keywords):`,
    ...docstring(docstringLines(fn.description === "" ? skill.description : fn.description, MAX_DOC), "    "),
    `    return await ${ask}("run", {${request}, "positional": [*positional], "arguments": keywords})`,
    ...(isPlain ? [] : aliases(fn).map((alias) => `globals()[${quotePython(alias)}] = ${own}`)),
    "",
  ].join("\n");
}

/** A default export goes by its own name too. */
function aliases({ exportedAs, name }: SkillFunction): readonly string[] {
  return exportedAs === "default" && name !== "default" ? [exportedAs, name] : [exportedAs];
}
