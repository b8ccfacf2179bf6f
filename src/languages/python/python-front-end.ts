import type { CatalogServer } from "../../catalog/tool.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import type { LanguageFrontEnd, Program } from "../program.ts";
import { SKILLS_MODULE_PYTHON } from "../skill-module.ts";
import { unwrapPython } from "./python-text.ts";
import { refuseCallAsData, repairHint } from "./repair-hint.ts";

const FILENAME = "program.py";

/** What a program's reader has to know about the sandbox; undefined when there is nothing to tell. */
type Statement = () => Promise<string | undefined>;

/** Makes Python programs ready: fences taken off, the rest is the interpreter's own business. */
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

function toProgram(
  text: string,
  { textOf, statement }: { readonly textOf: (server: CatalogServer) => string; readonly statement: Statement },
): Program {
  const { code, lineOffset, columnOffset, notes } = unwrapPython(text);
  return {
    cell: { source: code, filename: FILENAME },
    declares: [],
    toUserPosition: ({ line, column }) => ({
      line: line + lineOffset,
      ...(column === undefined ? {} : { column: column + columnOffset }),
    }),
    check: async ({ catalog }) => {
      refuseCallAsData(code, catalog);
      return [...notes, ...(await statements(statement))];
    },
    explain: async (fault, catalog) => repairHint(fault, code, catalog),
    modules: (catalog) => mentionedModules(code, catalog, textOf),
  };
}

/** The modules of the servers the program mentions; the interpreter finds the others by their names alone. */
function mentionedModules(
  code: string,
  catalog: Catalog,
  textOf: (server: CatalogServer) => string,
): ReadonlyMap<string, string> {
  const modules = new Map<string, string>([["generated.skills", SKILLS_MODULE_PYTHON]]);
  for (const server of catalog.servers.filter(({ identifier }) => code.includes(identifier))) {
    modules.set(`generated.servers.${server.identifier}`, textOf(server));
  }
  return modules;
}
