import type { CatalogServer } from "../catalog/tool.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { LanguageFrontEnd, Program } from "./program.ts";

const FILENAME = "program.py";

/** An opening fence on a line of its own, and what it must be closed with. */
const OPENING = /^[ \t]*(```+|~~~+)[ \t]*(?:python|python3|py)?[ \t]*$/im;

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
  const { code, lineOffset } = unwrapFence(text);
  return {
    cell: { source: code, filename: FILENAME },
    declares: [],
    toUserPosition: ({ line, column }) => ({ line: line + lineOffset, ...(column === undefined ? {} : { column }) }),
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

/** Takes off a byte order mark and one Markdown fence that begins the text or follows prose. */
function unwrapFence(text: string): { readonly code: string; readonly lineOffset: number } {
  const code = (text.startsWith("\uFEFF") ? text.slice(1) : text).replace(/\r\n?/g, "\n");
  const opening = OPENING.exec(code);
  if (opening === null || /"""|'''/.test(code.slice(0, opening.index))) return { code, lineOffset: 0 };
  const start = opening.index + opening[0].length + 1;
  const rest = code.slice(start);
  const closing = new RegExp(`^[ \\t]*${opening[1] ?? "```"}[ \\t]*$`, "m").exec(rest);
  const inner = closing === null ? rest : rest.slice(0, closing.index);
  return { code: inner, lineOffset: code.slice(0, start).split("\n").length - 1 };
}
