import { readFileSync } from "node:fs";
import type { CatalogServer } from "../../../catalog/tool.ts";
import { serverFileNames } from "../../file-names.ts";
import type { BoundSkill } from "../../typescript/emit/skill-module.ts";
import { emitPythonModule } from "./module.ts";
import { emitPythonSkillModule } from "./skill-module.ts";
import { emitPythonSkillStub } from "./skill-stub.ts";
import { emitPythonSkillsModule } from "./skills-module.ts";
import { emitPythonStub } from "./stub.ts";
import { quotePython } from "./text.ts";

/** Form of the files of a package. */
export interface PythonTreeOptions {
  /** Program and arguments that start our MCP server. @default `codemode serve`, with the configuration file if given */
  readonly command?: readonly string[];
  /** Configuration file the package connects by; without it the usual ones are looked for at run time. */
  readonly configFile?: string;
  /** Skills to write modules for, beside the one that finds and runs them by name. @default no such modules */
  readonly skills?: readonly BoundSkill[];
}

/**
 * Writes the files of a Python package that a program of one's own can import: one module of async functions per
 * server, with a stub beside it. Keys are paths below the folder, with `/`. It needs CPython 3.10 or newer and nothing else.
 */
export function emitPythonTree(
  servers: readonly CatalogServer[],
  options: PythonTreeOptions = {},
): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const names = serverFileNames(servers);
  for (const server of servers) {
    const file = names.get(server) ?? "server";
    files.set(`servers/${file}.py`, emitPythonModule(server, { runtime: ".._runtime" }));
    files.set(`servers/${file}.pyi`, emitPythonStub(server).text);
  }
  const modules = [...new Set(servers.map((server) => names.get(server) ?? "server"))];
  files.set(
    "servers/__init__.py",
    `"""One module per server."""\n\n__all__ = [${modules.map(quotePython).join(", ")}]\n`,
  );
  if (options.skills !== undefined) for (const [path, text] of skillFiles(options.skills)) files.set(path, text);
  files.set("__init__.py", PACKAGE);
  files.set("py.typed", "");
  files.set("_runtime.py", runtimeText());
  files.set("_settings.py", settings(options));
  return files;
}

function skillFiles(skills: readonly BoundSkill[]): [string, string][] {
  const modules = skills.flatMap((skill): [string, string][] => [
    [`skills/${skill.identifier}.py`, emitPythonSkillModule(skill, ".._runtime")],
    [`skills/${skill.identifier}.pyi`, emitPythonSkillStub(skill).text],
  ]);
  return [["skills/__init__.py", emitPythonSkillsModule(".._runtime")], ...modules];
}

const PACKAGE = `"""Tools of MCP servers as async functions: \`from .servers.<server> import <tool>\`.

Calls go through one child process, which is started at the first call and ends with the program; \`await close()\`
ends it earlier. A call that fails raises \`ToolError\`.
"""

from ._runtime import ToolError, call_tool, close

__all__ = ["ToolError", "call_tool", "close"]
`;

function settings({ command, configFile }: PythonTreeOptions): string {
  const config = configFile === undefined ? [] : ["--config", configFile];
  const words = command ?? ["codemode", "serve", "--tools", "full", "--allow-call-tool", ...config];
  return [
    '"""How the child process is started; the environment variable CODEMODE_COMMAND takes precedence."""',
    "",
    `COMMAND: list[str] = [${words.map(quotePython).join(", ")}]`,
    "",
  ].join("\n");
}

let runtime: string | undefined;

function runtimeText(): string {
  runtime ??= readFileSync(new URL("./tree-runtime.py", import.meta.url), "utf8");
  return runtime;
}
