import type { Catalog } from "../../catalog/catalog.ts";
import { emitSignature } from "./emit/views.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { GuestFault } from "../../engines/engine.ts";
import { CODEMODE_EXPORTS } from "../../engines/javascript/virtual-modules.ts";
import { checkImports, type ModuleExports } from "./check/check-imports.ts";
import { unknownName } from "../../catalog/unknown-name.ts";
import { loadTypeStripper } from "./program/strip-types.ts";
import { ProgramReader } from "./program/reader/program-reader.ts";
import type { ReadCell } from "./program/prepared-cell.ts";
import { DeclarationCache, MOST_DECLARED_TOOLS } from "./check/program-declarations.ts";
import { SKILLS_EXPORTS, skillsModuleText } from "../skill-module.ts";
import { createTypeChecker, type TypeChecker } from "./check/type-checker.ts";
import type { KnownTool } from "./check/checked.ts";
import type { CheckContext, LanguageFrontEnd, Position, Program } from "../program.ts";

const FILENAME = "program.ts";

/** What the built-in module exports to TypeScript programs. */
const BUILT_IN: ModuleExports = new Map([
  ["codemode", new Set(CODEMODE_EXPORTS)],
  ["generated/skills", SKILLS_EXPORTS],
]);

/** Makes TypeScript and JavaScript programs ready. The caller closes it. */
export function createTypeScriptFrontEnd(): LanguageFrontEnd {
  const reader = new ProgramReader();
  const checking: Checking = { checker: createTypeChecker(), declarations: new DeclarationCache() };
  return {
    language: "typescript",
    warm: async () => {
      loadTypeStripper();
      await checking.checker.warm();
    },
    prepare: async (code, signal) => toProgram(await reader.prepare(code, signal), checking),
    close: async () => {
      reader.close();
      checking.checker.close();
    },
  };
}

interface Checking {
  readonly checker: TypeChecker;
  readonly declarations: DeclarationCache;
}

function toProgram(prepared: ReadCell, checking: Checking): Program {
  const { source, globals } = prepared;
  return {
    cell: { source, globals, filename: FILENAME },
    declares: globals,
    toUserPosition: ({ line, column }) => prepared.map(line, column ?? 1),
    check: async (context) => [...prepared.notes, ...(await checkProgram(prepared, context, checking))],
    explain: (fault, catalog) => explainMissingTool(fault, prepared, catalog),
    // Made for those that may import it only: it takes a compiler.
    modules: () => new Map(prepared.code.includes("skills") ? [["generated/skills", skillsModuleText()]] : []),
  };
}

async function checkProgram(
  prepared: ReadCell,
  { catalog, sessionNames, typeCheck, signal, skills }: CheckContext,
  { checker, declarations }: Checking,
): Promise<readonly string[]> {
  for (const each of prepared.imports) {
    const reason = skills.problems.get(each.normalized);
    if (reason !== undefined)
      throw new CodemodeError("unknown_tool", `The skill of "${each.normalized}" was set aside: ${reason}`, {
        ...each.at(),
        hint: "Correct the file of the skill, or do without it.",
      });
  }
  checkImports(prepared.imports, catalog, new Map([...BUILT_IN, ...skills.exports]));
  if (!typeCheck) return [];
  const declared = await declarations.for(prepared.code, catalog, skills);
  // What is unknown is compared with every name there is, which must not be the first time these are looked at.
  if (catalog.tools.length > MOST_DECLARED_TOOLS) await catalog.prepareSearch();
  if (declared === undefined) return [`Types were not checked: more than ${MOST_DECLARED_TOOLS} tools are in reach.`];
  const { fatal, notes } = await checker.check(
    {
      ...declared,
      prepared,
      sessionNames: [...sessionNames],
      findTool: (server, tool) => findFunction(skills, server, tool) ?? findTool(catalog, server, tool),
      suggest: (name) => catalog.suggest(name, 3),
    },
    { signal },
  );
  if (fatal !== null) throw new CodemodeError(fatal.code, fatal.message, fatal);
  return notes;
}

function findFunction(skills: CheckContext["skills"], specifier: string, name: string): KnownTool | undefined {
  const found = specifier.startsWith("skills/") ? skills.find(specifier, name) : undefined;
  return found === undefined ? undefined : { ...found, isFunction: true };
}

function findTool(catalog: Catalog, server: string, tool: string): KnownTool | undefined {
  const owner = catalog.server(server);
  const entry = server === "" ? catalog.get(tool) : owner?.tools.find((each) => isCalled(each, tool));
  return entry === undefined ? undefined : { name: entry.name, signature: emitSignature(entry) };
}

function isCalled({ identifier, toolName }: ToolEntry, name: string): boolean {
  return identifier === name || toolName === name;
}

/** Calling a tool that does not exist is a TypeError to the engine; the text of the program tells which tool was meant. */
async function explainMissingTool(
  fault: GuestFault,
  prepared: ReadCell,
  catalog: Catalog,
): Promise<CodemodeError | undefined> {
  const [frame] = fault.frames;
  if (fault.name !== "TypeError" || !fault.message.includes("not a function") || frame === undefined) return undefined;
  const { line } = await prepared.map(frame.line, frame.column ?? 1);
  for (const { server, tool, callee } of await prepared.toolCalls()) {
    const owner = catalog.server(server);
    if (owner === undefined || owner.tools.some((each) => isCalled(each, tool))) continue;
    const place = prepared.toUserText(positionIn(prepared.code, callee.start));
    if (place.line !== line) continue;
    return unknownName(catalog, { kind: "tool", server, name: tool }, place);
  }
  return undefined;
}

function positionIn(code: string, offset: number): Required<Position> {
  const before = code.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
