import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { beforeAll, expect, test } from "vitest";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

/** The examples of the page, as programs of their own. */
function examples(): string[] {
  const page = readFileSync(join(root, "docs", "integrations.md"), "utf8");
  return [...page.matchAll(/^```ts peers\n([\s\S]*?)^```$/gm)].map((match) => match[1] ?? "");
}

const COMPILER_OPTIONS = {
  noEmit: true,
  module: "nodenext",
  target: "es2023",
  lib: ["es2023", "esnext.disposable", "dom", "dom.asynciterable"],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: true,
  types: ["node"],
  typeRoots: [join(root, "node_modules", "@types")],
};

/** What each entry for an SDK makes; a declaration that names a type its SDK lacks is `any` and would pass every check. */
const MADE: Readonly<Record<string, string>> = {
  ai: "ReturnType<typeof aiTools>[string]",
  mastra: "ReturnType<typeof mastraTools>[string]",
  "openai-agents": "ReturnType<typeof openaiAgentsTools>[number]",
  langchain: "ReturnType<typeof langchainTools>[number]",
  tanstack: "ReturnType<typeof tanstackTools>[number]",
  genkit: "ReturnType<typeof genkitTools>[number]",
};

function notAny(): string {
  const checks = Object.entries(MADE).map(([entry, made], index) => {
    const name = /typeof (\w+)/.exec(made)?.[1] ?? "";
    return `import type { ${name} } from "codemode/${entry}";\nexport const isAny${index}: IsAny<${made}> = false;`;
  });
  return ["type IsAny<T> = 0 extends 1 & T ? true : false;", ...checks].join("\n");
}

test.each(PEER_SIDES)(
  "every example for an SDK passes the type check against the %s versions",
  async (side) => {
    const folder = mkdtempSync(join(folders[side]?.path ?? "", "types-"));
    try {
      const programs = [...examples(), notAny()];
      for (const [index, text] of programs.entries()) writeFileSync(join(folder, `example-${index}.ts`), text);
      writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
      writeFileSync(
        join(folder, "tsconfig.json"),
        JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ["*.ts"] }),
      );
      const compiler = join(root, "node_modules", "typescript", "bin", "tsc");
      const { stdout } = await run(process.execPath, [compiler, "-p", folder]).catch(
        (error: { stdout: string }) => error,
      );
      expect(programs.length).toBeGreaterThan(5);
      expect(stdout).toBe("");
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
  120_000,
);
