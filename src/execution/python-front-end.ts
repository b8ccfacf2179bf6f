import type { CatalogServer } from "../catalog/tool.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { LanguageFrontEnd, Program } from "./program.ts";
import { unwrapPython } from "./python-text.ts";

const FILENAME = "program.py";

/** Makes Python programs ready: fences taken off, the rest is the interpreter's own business. */
export function createPythonFrontEnd(modulesOf: (server: CatalogServer) => string | undefined): LanguageFrontEnd {
  const texts = new WeakMap<CatalogServer, string>();
  const textOf = (server: CatalogServer): string | undefined => {
    const text = texts.get(server) ?? modulesOf(server);
    if (text !== undefined) texts.set(server, text);
    return text;
  };
  return {
    language: "python",
    warm: async () => {},
    prepare: (code) => toProgram(code, textOf),
    close: async () => {},
  };
}

function toProgram(text: string, textOf: (server: CatalogServer) => string | undefined): Program {
  const { code, lineOffset, columnOffset } = unwrapPython(text);
  return {
    cell: { source: code, filename: FILENAME },
    declares: [],
    toUserPosition: ({ line, column }) => ({
      line: line + lineOffset,
      ...(column === undefined ? {} : { column: column + columnOffset }),
    }),
    check: async () => [],
    explain: () => undefined,
    modules: (catalog) => mentionedModules(code, catalog, textOf),
  };
}

/** The modules of the servers the program mentions; the interpreter finds the others by their names alone. */
function mentionedModules(
  code: string,
  catalog: Catalog,
  textOf: (server: CatalogServer) => string | undefined,
): ReadonlyMap<string, string> {
  const modules = new Map<string, string>();
  for (const server of catalog.servers.filter(({ identifier }) => code.includes(identifier))) {
    const text = textOf(server);
    if (text !== undefined) modules.set(`generated.servers.${server.identifier}`, text);
  }
  return modules;
}
