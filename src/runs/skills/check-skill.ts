import type { Catalog } from "../../catalog/catalog.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Mentions } from "../../languages/mentions.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";
import type { CheckedCode, SkillCheck, SkillCheckProblem } from "../../skills/shelves/disk/prepare-draft.ts";
import { missingUses } from "./missing-uses.ts";
import type { LanguageRuntime } from "../sessions/language-runtimes.ts";
import type { OwnSkills } from "./combined-skills.ts";
import { reachSkills } from "./reach-skills.ts";

/** What checking a skill takes. */
export interface SkillCheckOptions {
  readonly runtime: (language: GuestLanguage) => Promise<Pick<LanguageRuntime, "frontEnd">>;
  readonly catalog: () => Catalog;
  readonly skills: () => Promise<OwnSkills>;
  readonly typeCheck: boolean;
  /** Waits for the servers that a code mentions; never rejects. */
  readonly settle: (mentions: Mentions) => Promise<void>;
}

/** More levels than any allowed depth: the directory itself refuses what is too deep. */
const ANY_DEPTH = 1_000;

/**
 * Checks code before it is saved as programs are checked before they run, and refuses tools and skills that do not exist.
 * What a server that is down would need is no problem.
 */
export function createSkillCheck(options: SkillCheckOptions): SkillCheck {
  return async (checked) => {
    const found = checked.language === "python" ? checkPython(checked, options) : checkTypescript(checked, options);
    const problems = await found.catch(toProblems);
    return problems.length > 0 ? problems : missingParts(checked, options);
  };
}

async function checkTypescript(
  { code, language }: CheckedCode,
  { runtime, catalog, skills, typeCheck, settle }: SkillCheckOptions,
): Promise<readonly SkillCheckProblem[]> {
  const { frontEnd } = await runtime(language);
  const { signal } = new AbortController();
  const program = await frontEnd.prepare(code, signal);
  await settle(program.mentions);
  const reached = await reachSkills(await skills(), { mentions: program.mentions, language }, ANY_DEPTH);
  const context = { catalog: catalog(), sessionNames: new Set<string>(), typeCheck, signal, skills: reached };
  return (await program.check(context)).flatMap(noteToProblem);
}

async function checkPython(
  { code, identifier }: CheckedCode,
  { settle }: SkillCheckOptions,
): Promise<readonly SkillCheckProblem[]> {
  const { readPythonMentions } = await import("../../languages/python/read-mentions.ts");
  await settle(await readPythonMentions(code));
  const { readPythonSkill } = await import("../../languages/python/read/read-python.ts");
  readPythonSkill(code, identifier);
  return [];
}

async function missingParts(
  { code, language, identifier }: CheckedCode,
  { catalog, skills }: SkillCheckOptions,
): Promise<readonly SkillCheckProblem[]> {
  const { readCode } = await import("../../skills/shelves/disk/read-entry.ts");
  const fileName = `${identifier}.${language === "python" ? "py" : "ts"}`;
  const { uses } = readCode(fileName, code, { identifier, isKnownGood: true });
  const known = (await (await skills()).list()).skills.map((skill) => skill.identifier);
  const missing = missingUses(code, uses, { catalog: catalog(), skills: [...known, identifier] });
  return missing.length > 0 || language !== "python" ? missing : unknownKeywords(code, catalog());
}

/** Keywords a tool does not have; a program would be refused them when it runs. */
async function unknownKeywords(code: string, catalog: Catalog): Promise<readonly SkillCheckProblem[]> {
  const { parsePython } = await import("../../languages/python/read/parse-module.ts");
  const { findPythonToolCalls } = await import("../../languages/python/read/tool-calls.ts");
  return findPythonToolCalls(parsePython(code)).flatMap(({ server, tool, keywords }) => {
    const entry = catalog.get(`${server}.${tool}`);
    const properties = entry === undefined ? undefined : closedProperties(entry.inputSchema);
    if (entry === undefined || properties === undefined) return [];
    const unknown = keywords.filter(({ name }) => !properties.includes(name));
    return unknown.map(({ name, line, column }): SkillCheckProblem => ({
      message: `${entry.name}: there is no parameter \`${name}\`. It takes: ${properties.slice(0, 20).join(", ")}.`,
      line,
      column,
    }));
  });
}

/** The only properties a schema allows; undefined where it may allow others. */
function closedProperties(schema: ToolEntry["inputSchema"]): readonly string[] | undefined {
  if (!isSchemaObject(schema)) return undefined;
  const isPlain = ["anyOf", "oneOf", "allOf", "$ref", "patternProperties", "if"].every(
    (keyword) => !(keyword in schema),
  );
  const { properties, additionalProperties } = schema;
  const isOpen = additionalProperties !== undefined && additionalProperties !== false;
  return isPlain && !isOpen && isSchemaObject(properties) ? Object.keys(properties) : undefined;
}

/** What a program may try all the same is refused of code that is kept. Notes without a place are not about the code. */
function noteToProblem(note: string): readonly SkillCheckProblem[] {
  const place = /^Line (\d+), column (\d+): /.exec(note);
  return place === null ? [] : [{ message: note, line: Number(place[1]), column: Number(place[2]) }];
}

/** An unknown tool may be one of a server that is down, which is for {@link missingParts} to tell. */
function toProblems(thrown: unknown): readonly SkillCheckProblem[] {
  if (!CodemodeError.is(thrown)) throw thrown;
  if (thrown.code === "unknown_tool" || thrown.code === "server_unavailable") return [];
  const { line, column } = thrown.details;
  return [
    { code: thrown.code === "syntax_error" ? "syntax_error" : "type_error", message: thrown.message, line, column },
  ];
}
