import type { ToolEntry } from "../../catalog/tool.ts";
import { isSchemaObject } from "../../schema/json-schema.ts";
import { subschemasOf } from "../../schema/subschemas.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { ValidationIssue } from "../../schema/check/explain.ts";
import { createValidator, type Validator } from "../../schema/validator.ts";
import { signatureOf } from "../calls/tool-signature.ts";
import { parametersOf } from "../tool-shapes.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { CODEMODE_ALIASES, CODEMODE_EXPORTS } from "../../engines/javascript/virtual-modules.ts";
import { remarkResults } from "./remark-results.ts";
import { explainFault, isCalled, missingHelpers, toolNames } from "./explain-fault.ts";
import { checkNames, type ModuleExports, refuse } from "../check-names.ts";
import { Recent } from "../../catalog/recent.ts";
import { refuseDescribedCall } from "../described-call.ts";
import { mentionedServers, type Mentions, normalizeModule } from "../mentions.ts";
import { loadTypeStripper } from "./program/strip-types.ts";
import { ProgramReader } from "./program/reader/program-reader.ts";
import type { ReadCell } from "./program/prepared-cell.ts";
import { insteadOfModule } from "./check/absent-names.ts";
import { checkFullNames } from "./check/full-names.ts";
import { DeclarationCache, MOST_DECLARED_TOOLS } from "./check/program-declarations.ts";
import { SKILLS_EXPORTS, skillsModuleText } from "../skills/skill-module.ts";
import { type CheckResult, createTypeChecker, type TypeChecker } from "./check/type-checker.ts";
import type { KnownTool } from "./check/checked.ts";
import type { CheckContext, LanguageFrontEnd, Program } from "../program.ts";

const FILENAME = "program.ts";

/** Verdicts kept of each catalog. */
const VERDICTS_KEPT = 64;

/** Characters of arguments that are shown. */
const MOST_SHOWN = 200;

/** Exports of the built-in module to TypeScript programs. */
const BUILT_IN: ModuleExports = new Map([
  ["codemode", new Set([...CODEMODE_EXPORTS, ...CODEMODE_ALIASES])],
  ["generated/skills", SKILLS_EXPORTS],
]);

/** Makes TypeScript and JavaScript programs ready. The caller closes it. */
export function createTypeScriptFrontEnd(): LanguageFrontEnd {
  const reader = new ProgramReader();
  const checking: Checking = {
    checker: createTypeChecker(),
    declarations: new DeclarationCache(),
    validator: createValidator(),
    verdicts: new WeakMap(),
  };
  return {
    language: "typescript",
    warm: async () => {
      loadTypeStripper();
      await checking.checker.warm();
    },
    warmCheck: () => checking.checker.warm(),
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
  readonly validator: Validator;
  /** What was found in programs that may come again. */
  readonly verdicts: WeakMap<Catalog, Recent<CheckResult>>;
}

interface ToolFinding extends Pick<Checking, "validator"> {
  readonly catalog: Catalog;
}

function toProgram(prepared: ReadCell, checking: Checking): Program {
  const { source, globals, lateGlobals } = prepared;
  return {
    cell: { source, globals, lateGlobals, filename: FILENAME },
    declares: [...globals, ...(prepared.mentions.placed ?? [])],
    toUserPosition: ({ line, column }) => prepared.map(line, column ?? 1),
    check: async (context) => [...prepared.notes, ...(await checkProgram(prepared, context, checking))],
    explain: (fault, { catalog, results }) => explainFault(fault, { prepared, catalog, results }),
    remarks: (known) => remarkResults({ prepared, ...known }),
    mentions: prepared.mentions,
    // Made for those that may import it only: it takes a compiler.
    modules: () => new Map(mayUseSkills(prepared.mentions) ? [["generated/skills", skillsModuleText()]] : []),
  };
}

/** True when a program imports the module of skills, or a skill that may. */
function mayUseSkills({ imports, constants }: Mentions): boolean {
  const modules = [...imports.map(({ normalized }) => normalized), ...constants.map(normalizeModule)];
  return modules.some((module) => module === "generated/skills" || module.startsWith("skills/"));
}

async function checkProgram(prepared: ReadCell, context: CheckContext, checking: Checking): Promise<readonly string[]> {
  const { catalog, sessionNames, typeCheck, skills } = context;
  const { mentions } = prepared;
  refuseDescribedCall(prepared.code, catalog, ({ serverIdentifier, identifier }, args) => {
    const given = JSON.stringify(args ?? {});
    return `await ${serverIdentifier}.${identifier}(${given.length > MOST_SHOWN ? "{ … }" : given})`;
  });
  // What is unknown is compared with every name there is, which must not be the first time these are looked at.
  if (catalog.tools.length > MOST_DECLARED_TOOLS) await catalog.prepareSearch();
  checkNames(mentions, {
    catalog,
    sessionNames,
    skills,
    modules: BUILT_IN,
    language: "typescript",
    moduleHint: (specifier) => insteadOfModule(specifier, catalog),
  });
  if (!sessionNames.has("codemode") && !sessionNames.has("skills")) refuse(missingHelpers(mentions, catalog));
  if (!typeCheck) return [];
  await checkFullNames(prepared, context, checking.validator);
  return checkAllTypes(prepared, context, checking);
}

/** Checks by declared types, and by those of earlier results, which may be wrong and only ever give notes. */
async function checkAllTypes(
  prepared: ReadCell,
  context: CheckContext,
  checking: Checking,
): Promise<readonly string[]> {
  const { catalog, observed = catalog } = context;
  const isObserved = mentionedServers(prepared.mentions, observed).some(
    (server) => catalog.server(server.name) !== server,
  );
  const further = isObserved ? await checkTypes(prepared, { ...context, catalog: observed }, checking) : undefined;
  // The types that are declared say less, so they find nothing where nothing is found.
  if (further?.available === true && further.fatal === null && further.notes.length === 0) return [];
  const checked = await checkTypes(prepared, context, checking);
  if (checked === undefined) return [`Types were not checked: more than ${MOST_DECLARED_TOOLS} tools are in reach.`];
  const { fatal, notes } = checked;
  if (fatal !== null) throw new CodemodeError(fatal.code, fatal.message, fatal);
  const fresh = (further?.notes ?? []).filter((note) => !notes.includes(note));
  return [...notes, ...fresh.map((note) => `${note} (by results of earlier calls; the tool declares none)`)];
}

async function checkTypes(
  prepared: ReadCell,
  { catalog, sessionNames, signal, skills }: CheckContext,
  checking: Checking,
): Promise<CheckResult | undefined> {
  const { checker, declarations, validator } = checking;
  const declared = await declarations.for(prepared.mentions, catalog, skills);
  if (declared === undefined) return undefined;
  const verdicts = verdictsOf(catalog, checking);
  const key = JSON.stringify([declared.version, ...sessionNames, prepared.code]);
  const known = verdicts.get(key);
  if (known !== undefined) return known;
  const verdict = await checker.check(
    {
      ...declared,
      prepared,
      sessionNames: [...sessionNames],
      findTool: (server, tool) => findFunction(skills, server, tool) ?? findTool({ catalog, validator }, server, tool),
      suggest: (name) => catalog.suggest(name, 3),
      names: toolNames(catalog),
    },
    { signal },
  );
  if (verdict.available) verdicts.set(key, verdict);
  return verdict;
}

/** Verdicts by catalog, whose names appear in them. */
function verdictsOf(catalog: Catalog, { verdicts }: Checking): Recent<CheckResult> {
  const known = verdicts.get(catalog) ?? new Recent<CheckResult>(VERDICTS_KEPT);
  verdicts.set(catalog, known);
  return known;
}

function findFunction(skills: CheckContext["skills"], specifier: string, name: string): KnownTool | undefined {
  const found = specifier.startsWith("skills/") ? skills.find(specifier, name) : undefined;
  return found === undefined ? undefined : { ...found, isFunction: true };
}

function findTool({ catalog, validator }: ToolFinding, server: string, tool: string): KnownTool | undefined {
  const owner = catalog.server(server);
  const entry = server === "" ? catalog.get(tool) : owner?.tools.find((each) => isCalled(each, tool));
  if (entry === undefined) return undefined;
  const issuesOf = (args: unknown): readonly ValidationIssue[] => {
    const verdict = validator.validate(entry.inputSchema, args);
    return verdict.ok ? [] : verdict.issues;
  };
  return {
    name: entry.name,
    signature: signatureOf(entry, "typescript"),
    parameters: parametersOf(entry),
    isOpen: isOpen(entry),
    refuse: issuesOf,
  };
}

/** True when any object in the arguments may have names its schema does not list. */
function isOpen({ inputSchema }: ToolEntry): boolean {
  const pending: unknown[] = [inputSchema];
  const seen = new Set<unknown>();
  for (let schema = pending.pop(); schema !== undefined; schema = pending.pop()) {
    if (!isSchemaObject(schema) || seen.has(schema)) continue;
    seen.add(schema);
    const isObject = schema["type"] === "object" || isSchemaObject(schema["properties"]);
    if (isObject && schema["additionalProperties"] !== false) return true;
    pending.push(...subschemasOf(schema));
  }
  return false;
}
