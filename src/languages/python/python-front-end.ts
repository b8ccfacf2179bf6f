import type { CatalogServer } from "../../catalog/tool.ts";
import { createValidator, type Validator } from "../../schema/validator.ts";
import { checkNames, type ModuleExports, refuse } from "../check-names.ts";
import { refuseDescribedCall } from "../described-call.ts";
import { mentionedServers } from "../mentions.ts";
import { ReadAgain } from "../read-again.ts";
import type { GuestFault } from "../../engines/engine.ts";
import type { LanguageFrontEnd, Position, Program } from "../program.ts";
import { SKILLS_EXPORTS, SKILLS_MODULE_PYTHON } from "../skills/skill-module.ts";
import { checkArguments } from "./check-arguments.ts";
import { CODEMODE_NAMES } from "./codemode-names.ts";
import { unwrapPython } from "./python-text.ts";
import { memberHint, repairHint } from "./repair-hint.ts";

const FILENAME = "program.py";

/** Facts about the sandbox that the reader of a program needs; undefined when there are none. */
type Statement = () => Promise<string | undefined>;

/** Makes Python programs ready: fences taken off, and names and arguments of what they call checked. */
export function createPythonFrontEnd(
  modulesOf: (server: CatalogServer) => string,
  statement: Statement,
): LanguageFrontEnd {
  const texts = new WeakMap<CatalogServer, string>();
  const textOf = (server: CatalogServer): string => {
    const text = texts.get(server) ?? modulesOf(server);
    texts.set(server, text);
    return text;
  };
  const surroundings = { textOf, statement, validator: createValidator() };
  const read = new ReadAgain<Program>();
  return {
    language: "python",
    warm: async () => {},
    prepare: async (text) => {
      const known = read.get(text);
      if (known !== undefined) return known;
      const program = await toProgram(text, surroundings);
      read.set(text, program);
      return program;
    },
    close: async () => {},
  };
}

async function statements(statement: Statement): Promise<readonly string[]> {
  const sentence = await statement();
  return sentence === undefined ? [] : [sentence];
}

const MODULES: ModuleExports = new Map([
  ["codemode", new Set(CODEMODE_NAMES.keys())],
  ["generated/skills", SKILLS_EXPORTS],
  ["generated", new Set(["servers", "skills", "mcp"])],
]);

/** What all programs are made ready with. */
interface Surroundings {
  readonly textOf: (server: CatalogServer) => string;
  readonly statement: Statement;
  readonly validator: Validator;
}

async function toProgram(text: string, { textOf, statement, validator }: Surroundings): Promise<Program> {
  const { code, lineOffset, columnOffset, notes } = unwrapPython(text);
  const { readPythonProgram } = await import("./read-program.ts");
  const toUserPosition = ({ line, column }: Position): Position => ({
    line: line + lineOffset,
    ...(column === undefined ? {} : { column: column + columnOffset }),
  });
  const inUserText = (fault: GuestFault): GuestFault => ({ ...fault, frames: fault.frames.map(toUserPosition) });
  const {
    mentions,
    own,
    toolCalls,
    placeOf,
    resultNotes,
    remarks: remarksOn,
    resultHint,
  } = await readPythonProgram(code, {
    lineOffset,
    columnOffset,
  });
  return {
    cell: { source: code, filename: FILENAME },
    declares: own,
    toUserPosition,
    mentions,
    check: async ({ catalog, observed = catalog, sessionNames, typeCheck, skills }) => {
      refuseDescribedCall(
        code,
        catalog,
        ({ serverIdentifier, identifier }) => `await ${serverIdentifier}.${identifier}(...)`,
      );
      checkNames(mentions, {
        catalog,
        sessionNames,
        skills,
        modules: MODULES,
        language: "python",
        memberHint: (name) => memberHint(name, catalog),
        moduleHint: (specifier) => memberHint(specifier.split(".").at(-1) ?? "", catalog),
      });
      const { errors, notes: remarks } = typeCheck
        ? checkArguments(toolCalls(), { catalog, validator, sessionNames, placeOf })
        : { errors: [], notes: [] };
      refuse(errors);
      const ofResults = typeCheck ? resultNotes(observed) : [];
      return [...notes, ...remarks, ...ofResults, ...(await statements(statement))];
    },
    remarks: async (known) => remarksOn(known),
    explain: async (fault, known) => repairHint(fault, code, known.catalog) ?? resultHint(inUserText(fault), known),
    modules: (catalog) =>
      new Map([
        ["generated.skills", SKILLS_MODULE_PYTHON],
        // The interpreter finds the others by their names alone.
        ...mentionedServers(mentions, catalog).map(
          (server) => [`generated.servers.${server.identifier}`, textOf(server)] as const,
        ),
      ]),
  };
}
