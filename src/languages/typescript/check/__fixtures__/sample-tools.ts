import { prepare } from "../../program/prepare.ts";
import type { ToolNames } from "../absent-names.ts";
import type { CheckOptions, CheckResult, TypeChecker } from "../type-checker.ts";

const declare = (name: string, input: string, output: string): string =>
  `export declare function ${name}(args: ${input}, options: RawCallOptions): Promise<ToolResult>;
export declare function ${name}(args${input.startsWith("{ dir?") ? "?" : ""}: ${input}, options?: CallOptions): Promise<${output}>;`;

/** Names of no tool. */
export const NO_NAMES: ToolNames = {
  inCode: () => undefined,
  server: () => undefined,
  spelled: () => undefined,
  named: () => [],
  module: () => undefined,
};

/** Declarations as the emitters write them. */
export const modules: ReadonlyMap<string, string> = new Map([
  [
    "generated/servers/files.ts",
    [
      'import type { CallOptions, RawCallOptions, ToolResult } from "codemode";',
      'export interface ReadInput { path: string; head?: number; mode?: "text" | "binary" }',
      "export interface FileInfo { name: string; size: number; tags: string[] }",
      declare("read_file", "ReadInput", "string"),
      declare("stat", "{ path: string }", "FileInfo"),
      declare("edit_file", "{ path: string; edits: { oldText: string; newText: string }[]; dryRun?: boolean }", "any"),
      declare("list", "{ dir?: string; limit?: number }", "any"),
      "export {};",
    ].join("\n"),
  ],
  [
    "generated/servers/my_hub.ts",
    `import type { CallOptions, RawCallOptions, ToolResult } from "codemode";\n${declare("create_issue", "{ title: string; labels?: string[]; body?: string | number }", "any")}`,
  ],
  [
    "globals.d.ts",
    'declare const files: typeof import("generated/servers/files");\ndeclare const my_hub: typeof import("generated/servers/my_hub") & { readonly "create-issue": (typeof import("generated/servers/my_hub"))["create_issue"] };\ndeclare const servers: { readonly files: typeof files; readonly my_hub: typeof my_hub; readonly "my-hub": typeof my_hub };',
  ],
  [
    "codemode.d.ts",
    `declare const console: { log(...values: unknown[]): void };
declare function setTimeout(callback: () => void, delayMs?: number): number;
declare module "codemode" {
  export interface CallOptions { timeoutMs?: number; raw?: boolean }
  export interface RawCallOptions extends CallOptions { raw: true }
  export interface ToolResult { content: any[] }
  export function callTool(name: string, args?: { [key: string]: unknown }): Promise<any>;
  export function retry<T>(fn: () => T | Promise<T>, options?: { maxAttempts?: number; delayMs?: number }): Promise<T>;
  export function parallel(tasks: readonly unknown[], options?: { limit?: number }): Promise<any[]>;
}`,
  ],
]);

const tools = new Map(
  ["files__read_file", "files__stat", "files__edit_file", "files__list", "my-hub__create_issue"].map((name) => [
    name,
    { name, signature: `${name}(…)` },
  ]),
);

/** Checks a text against the sample tools. */
export async function checkText(
  checker: TypeChecker,
  text: string,
  { sessionNames = [], ...options }: CheckOptions & { sessionNames?: readonly string[] } = {},
): Promise<CheckResult> {
  return checker.check(
    {
      prepared: prepare(text, { language: "typescript" }),
      modules,
      version: "1",
      sessionNames,
      findTool: (server, tool) => tools.get(`${server.replace("_", "-")}__${tool.replace("-", "_")}`),
      names: NO_NAMES,
      suggest: (name) => [...tools.keys()].filter((known) => known.slice(0, 9) === name.slice(0, 9)),
    },
    options,
  );
}

/** Imports every tool of the server `files`. */
export const IMPORT: string = 'import { read_file, stat, edit_file, list } from "generated/servers/files";\n';
