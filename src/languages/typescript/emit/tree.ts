import type { CatalogServer, ToolEntry } from "../../../catalog/tool.ts";
import { serverFileNames } from "../../file-names.ts";
import { createNameAllocator, type NameAllocator } from "../../type-names.ts";
import { treeRuntime } from "./tree-runtime.ts";
import { declarableTools, RESERVED_TYPES, serverHeader } from "./server-module.ts";
import { type BoundSkill, emitSkillModule } from "./skill-module.ts";
import { emitSkillsModule } from "./skills-module.ts";
import { docComment, quote } from "./text.ts";
import { toolText } from "./tool-text.ts";

/** Form of the files of a tree. */
export interface TreeOptions {
  /** Configuration file the tree connects by; without it the usual ones are looked for at run time. */
  readonly configFile?: string;
  /** Type of results without an output schema. @default "unknown" */
  readonly untyped?: "any" | "unknown";
  /** Skills to write modules for, beside the one that finds and runs them by name. @default no such modules */
  readonly skills?: readonly BoundSkill[];
}

/** Exports of the index beside the servers; a server of such a name is exported with a `_` after it. */
const RUNTIME_NAMES: ReadonlySet<string> = new Set(["callTool", "close", "CallOptions", "ToolResult", "skills"]);

/**
 * Writes the files of a folder that a program of one's own can import: one module of functions per server.
 *
 * Keys are paths below the folder, with `/`. Calls go through the package `codemode`, which is loaded at the first one.
 */
export function emitTree(servers: readonly CatalogServer[], options: TreeOptions = {}): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const names = serverFileNames(servers);
  const exports: string[] = [];
  const exported = new Set<string>();
  for (const server of servers) {
    const file = names.get(server) ?? "server";
    files.set(`servers/${file}.ts`, implementation(server, options));
    const name = RUNTIME_NAMES.has(file) ? `${file}_` : file;
    if (!exported.has(file)) exports.push(`export * as ${name} from ${quote(`./servers/${file}.ts`)};`);
    exported.add(file);
  }
  if (options.skills !== undefined) {
    for (const [path, text] of skillFiles(options.skills, options.untyped)) files.set(path, text);
    if (!exported.has("skills")) exports.push('export * as skills from "./skills/index.ts";');
  }
  files.set("runtime.ts", treeRuntime(options.configFile));
  const index = ["/** Every server as one object, and calls by name. */", ...exports];
  files.set(
    "index.ts",
    [...index, 'export { callTool, close, type CallOptions, type ToolResult } from "./runtime.ts";', ""].join("\n"),
  );
  return files;
}

const SKILLS_PRELUDE = 'import { skills as $skills } from "../runtime.ts";';

function skillFiles(skills: readonly BoundSkill[], untyped: "any" | "unknown" = "unknown"): [string, string][] {
  const modules = skills.map((skill): [string, string] => [
    `skills/${skill.identifier}.ts`,
    emitSkillModule(skill, { prelude: SKILLS_PRELUDE, untyped }),
  ]);
  return [["skills/index.ts", emitSkillsModule(SKILLS_PRELUDE, untyped)], ...modules];
}

function implementation(server: CatalogServer, options: TreeOptions): string {
  const names = createNameAllocator(RESERVED_TYPES);
  const lines = [
    ...serverHeader(server),
    'import { callTool as $call, type CallOptions, type RawCallOptions, type ToolResult } from "../runtime.ts";',
    "",
  ];
  for (const entry of declarableTools(server, [])) lines.push(toolFunction(entry, names, options.untyped ?? "unknown"));
  return [...lines, "export {};", ""].join("\n");
}

function toolFunction(entry: ToolEntry, names: NameAllocator, untyped: "any" | "unknown"): string {
  const tool = toolText(entry, { names, untyped, prefix: "export ", inlineInput: false });
  const name = `export function ${entry.identifier}`;
  const raw = tool.inputOptional ? `${tool.input} | undefined` : tool.input;
  return [
    ...tool.types,
    `${name}(args: ${raw}, options: RawCallOptions): Promise<ToolResult>;`,
    ...docComment(tool.docs),
    `${name}(args${tool.inputOptional ? "?" : ""}: ${tool.input}, options?: CallOptions): Promise<${tool.output}>;`,
    `${name}(args?: object, options?: CallOptions): Promise<any> {`,
    `  return $call(${quote(entry.name)}, args, options);`,
    "}",
    "",
  ].join("\n");
}
