import type { Catalog } from "../../catalog/catalog.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { CheckedCode, SkillCheck, SkillCheckProblem } from "../../skills/shelves/disk/prepare-draft.ts";
import { refuse } from "../../languages/check-names.ts";
import { createValidator } from "../../schema/validator.ts";
import { Run } from "../run.ts";
import type { RunHost } from "../run-settings.ts";
import { missingUses } from "./missing-uses.ts";
import type { Skills } from "../../skills/skills.ts";

/** Levels of skills that import skills, more than any allowed depth: the directory itself refuses what is too deep. */
const ANY_DEPTH = 1_000;

/** Saving a skill waits at most this long for the servers it mentions. */
const SAVE_WAIT_MS = 10_000;

/**
 * Checks code before it is saved as programs are checked before they run, and refuses tools and skills that do not exist.
 * Tools of a server that is down are not a problem.
 */
export function createSkillCheck(host: () => RunHost, typeCheck: boolean): SkillCheck {
  return async (checked) => {
    const { registry, skills, limits } = host();
    const run = new Run(host(), {
      language: checked.language,
      limits: { ...limits(checked.language), skillDepth: ANY_DEPTH },
      isTimed: false,
    });
    const withinMs = SAVE_WAIT_MS;
    const found =
      checked.language === "python"
        ? checkPython(checked, run, typeCheck)
        : run.check(checked.code, { typeCheck, withinMs });
    const problems = await found.then((notes) => notes.flatMap(noteToProblem), toProblems);
    return problems.length > 0 ? problems : missingParts(checked, registry.catalog(), skills);
  };
}

async function checkPython(
  { code, identifier }: CheckedCode,
  run: Run,
  typeCheck: boolean,
): Promise<readonly string[]> {
  const { readPythonProgram } = await import("../../languages/python/read-program.ts");
  const { mentions, toolCalls, placeOf } = await readPythonProgram(code);
  await run.awaitMentioned(mentions, SAVE_WAIT_MS);
  const { readPythonSkill } = await import("../../languages/python/read/read-python.ts");
  readPythonSkill(code, identifier);
  if (!typeCheck) return [];
  const { checkArguments } = await import("../../languages/python/check-arguments.ts");
  const catalog = run.host.registry.catalog();
  const known = { catalog, validator: createValidator(), sessionNames: new Set<string>(), placeOf };
  const { errors, notes } = checkArguments(toolCalls(), known);
  refuse(errors);
  return notes;
}

async function missingParts(
  { code, language, identifier }: CheckedCode,
  catalog: Catalog,
  skills: Skills,
): Promise<readonly SkillCheckProblem[]> {
  const { readCode } = await import("../../skills/shelves/disk/read-entry.ts");
  const fileName = `${identifier}.${language === "python" ? "py" : "ts"}`;
  const { uses } = readCode(fileName, code, { identifier, isKnownGood: true });
  const known = (await skills.list({ includeServers: false })).skills.map((skill) => skill.identifier);
  return missingUses(code, uses, { catalog, skills: [...known, identifier] });
}

/**
 * Warnings that a program may ignore are refused in code that is kept. Notes without a place are not about the code.
 */
function noteToProblem(note: string): readonly SkillCheckProblem[] {
  const place = /^Line (\d+), column (\d+): /.exec(note);
  return place === null ? [] : [{ message: note, line: Number(place[1]), column: Number(place[2]) }];
}

/** An unknown tool may be one of a server that is down, which {@link missingParts} reports. */
function toProblems(thrown: unknown): readonly SkillCheckProblem[] {
  if (!CodemodeError.is(thrown)) throw thrown;
  if (["unknown_tool", "server_unavailable", "login_required"].includes(thrown.code)) return [];
  const { line, column } = thrown.details;
  return [
    { code: thrown.code === "syntax_error" ? "syntax_error" : "type_error", message: thrown.message, line, column },
  ];
}
