import type { CatalogServer } from "../../catalog/tool.ts";
import { checkNames, type ModuleExports } from "../check-names.ts";
import { refuseDescribedCall } from "../described-call.ts";
import { mentionedServers } from "../mentions.ts";
import type { LanguageFrontEnd, Position, Program } from "../program.ts";
import { SKILLS_EXPORTS, SKILLS_MODULE_PYTHON } from "../skills/skill-module.ts";
import { CODEMODE_NAMES } from "./codemode-names.ts";
import { unwrapPython } from "./python-text.ts";
import { memberHint, repairHint } from "./repair-hint.ts";

const FILENAME = "program.py";

/** Facts about the sandbox that the reader of a program needs; undefined when there are none. */
type Statement = () => Promise<string | undefined>;

/** Makes Python programs ready: fences taken off, and the names of tools, servers and skills checked. */
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
  return {
    language: "python",
    warm: async () => {},
    prepare: async (code) => toProgram(code, { textOf, statement }),
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

async function toProgram(
  text: string,
  { textOf, statement }: { readonly textOf: (server: CatalogServer) => string; readonly statement: Statement },
): Promise<Program> {
  const { code, lineOffset, columnOffset, notes } = unwrapPython(text);
  const { readPythonMentions } = await import("./read-mentions.ts");
  const toUserPosition = ({ line, column }: Position): Position => ({
    line: line + lineOffset,
    ...(column === undefined ? {} : { column: column + columnOffset }),
  });
  const mentions = await readPythonMentions(code, { lineOffset, columnOffset });
  return {
    cell: { source: code, filename: FILENAME },
    declares: [],
    toUserPosition,
    mentions,
    check: async ({ catalog, sessionNames, skills }) => {
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
      return [...notes, ...(await statements(statement))];
    },
    explain: async (fault, { catalog }) => repairHint(fault, code, catalog),
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
