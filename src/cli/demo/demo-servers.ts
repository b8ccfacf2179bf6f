import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { NamedServer } from "../../sources/tool-registry.ts";
import type { DemoFolder } from "./demo-folder.ts";

const PACKAGES = {
  filesystem: "@modelcontextprotocol/server-filesystem",
  memory: "@modelcontextprotocol/server-memory",
  everything: "@modelcontextprotocol/server-everything",
} as const;

/** The three servers of the demonstration, installed ones only. Throws `server_unavailable` that says how to install them. */
export function demoServers(folder: DemoFolder): readonly NamedServer[] {
  const command = process.execPath;
  return [
    { name: "filesystem", command, args: [programOf(PACKAGES.filesystem), folder.path] },
    { name: "memory", command, args: [programOf(PACKAGES.memory)], env: { MEMORY_FILE_PATH: folder.memoryFile } },
    { name: "everything", command, args: [programOf(PACKAGES.everything), "stdio"] },
  ];
}

/** The file a package starts with: installed beside this package, or where the command is run. */
function programOf(packageName: string): string {
  for (const from of [import.meta.url, join(process.cwd(), "here.js")]) {
    const manifestFile = resolveFrom(from, `${packageName}/package.json`);
    if (manifestFile === undefined) continue;
    const program = binOf(JSON.parse(readFileSync(manifestFile, "utf8")));
    if (program !== undefined) return join(dirname(manifestFile), program);
  }
  throw new CodemodeError("server_unavailable", `The demonstration needs ${packageName}, which is not installed.`, {
    hint: `Install the servers here: npm install ${Object.values(PACKAGES).join(" ")}`,
  });
}

function resolveFrom(from: string, specifier: string): string | undefined {
  try {
    return createRequire(from).resolve(specifier);
  } catch {
    return undefined;
  }
}

function binOf(manifest: unknown): string | undefined {
  if (typeof manifest !== "object" || manifest === null || !("bin" in manifest)) return undefined;
  const { bin } = manifest;
  const programs: readonly unknown[] = typeof bin === "object" && bin !== null ? Object.values(bin) : [bin];
  return programs.find((program) => typeof program === "string");
}
