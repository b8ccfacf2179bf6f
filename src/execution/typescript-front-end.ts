import { checkImports, type ModuleExports } from "./check-imports.ts";
import { prepare } from "./prepare/prepare.ts";
import type { PreparedCell } from "./prepare/prepared-cell.ts";
import type { CheckContext, LanguageFrontEnd, Program } from "./program.ts";

const FILENAME = "program.ts";

const NO_MODULES: ReadonlyMap<string, string> = new Map();

/** What the built-in module exports to TypeScript programs. */
const BUILT_IN: ModuleExports = new Map([
  [
    "codemode",
    new Set([
      "callTool",
      "search",
      "describe",
      "emit",
      "artifacts",
      "sleep",
      "retry",
      "waitFor",
      "runWithTimeout",
      "parallel",
      "RateLimiter",
      "ToolError",
    ]),
  ],
]);

/** Makes TypeScript and JavaScript programs ready. The caller closes it. */
export function createTypeScriptFrontEnd(): LanguageFrontEnd {
  return {
    language: "typescript",
    warm: async () => {},
    prepare: (code) => toProgram(prepare(code, { language: "typescript" })),
    close: async () => {},
  };
}

function toProgram(prepared: PreparedCell): Program {
  const { source, globals } = prepared;
  return {
    cell: { source, globals, filename: FILENAME },
    declares: globals,
    toUserPosition: ({ line, column }) => prepared.map(line, column ?? 1),
    check: (context) => checkProgram(prepared, context),
    modules: () => NO_MODULES,
  };
}

async function checkProgram(prepared: PreparedCell, { catalog }: CheckContext): Promise<readonly string[]> {
  checkImports(prepared.imports, catalog, BUILT_IN);
  return [];
}
