import type { Catalog } from "../../catalog/catalog.ts";
import { CodemodeError } from "../../errors/codemode-error.ts";
import type { GuestLanguage } from "../../sandbox/port.ts";
import type { SkillCheck } from "../../skills/directory/prepare-draft.ts";
import type { LanguageRuntime } from "../language-runtimes.ts";
import type { OwnSkills } from "./combined-skills.ts";
import { reachSkills } from "./reach-skills.ts";

/** What checking a skill takes. */
export interface SkillCheckOptions {
  readonly runtime: (language: GuestLanguage) => Promise<Pick<LanguageRuntime, "frontEnd">>;
  readonly catalog: () => Catalog;
  readonly skills: () => Promise<OwnSkills>;
  readonly typeCheck: boolean;
}

/** More levels than any allowed depth: the directory itself refuses what is too deep. */
const ANY_DEPTH = 1_000;

/** Checks code before it is saved as programs are checked before they run. What a tool that is down would need is no problem. */
export function createSkillCheck({ runtime, catalog, skills, typeCheck }: SkillCheckOptions): SkillCheck {
  return async ({ code, language, identifier }) => {
    if (language === "python") return checkPython(code, identifier);
    try {
      const { frontEnd } = await runtime(language);
      const { signal } = new AbortController();
      const program = await frontEnd.prepare(code, signal);
      const reached = await reachSkills(await skills(), { code, language }, ANY_DEPTH);
      const context = { catalog: catalog(), sessionNames: new Set<string>(), typeCheck, signal, skills: reached };
      return (await program.check(context)).flatMap(noteToProblem);
    } catch (thrown) {
      return toProblems(thrown);
    }
  };
}

async function checkPython(code: string, identifier: string): ReturnType<SkillCheck> {
  const { readPythonSkill } = await import("../../skills/python/read-python.ts");
  try {
    readPythonSkill(code, identifier);
    return [];
  } catch (thrown) {
    return toProblems(thrown);
  }
}

/** What a program may try all the same is refused of code that is kept. Notes without a place are not about the code. */
function noteToProblem(note: string): Awaited<ReturnType<SkillCheck>> {
  const place = /^Line (\d+), column (\d+): /.exec(note);
  return place === null ? [] : [{ message: note, line: Number(place[1]), column: Number(place[2]) }];
}

function toProblems(thrown: unknown): Awaited<ReturnType<SkillCheck>> {
  if (!CodemodeError.is(thrown)) throw thrown;
  if (thrown.code === "unknown_tool") return [];
  const { line, column } = thrown.details;
  return [
    { code: thrown.code === "syntax_error" ? "syntax_error" : "type_error", message: thrown.message, line, column },
  ];
}
