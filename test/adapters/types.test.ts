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

/** A declaration that names a type its SDK does not have is `any`, and would pass every check. */
const NOT_ANY = `
import type { aiTools } from "codemode/ai";
import type { mastraTools } from "codemode/mastra";
import type { langchainTools } from "codemode/langchain";
import type { openaiAgentsTools } from "codemode/openai-agents";
import type { tanstackTools } from "codemode/tanstack";
type IsAny<T> = 0 extends 1 & T ? true : false;
export const isAny: [IsAny<ReturnType<typeof aiTools>[string]>, IsAny<ReturnType<typeof mastraTools>[string]>] = [false, false];
export const isAnyInList: [
  IsAny<ReturnType<typeof langchainTools>[number]>,
  IsAny<ReturnType<typeof openaiAgentsTools>[number]>,
  IsAny<ReturnType<typeof tanstackTools>[number]>,
] = [false, false, false];
`;

test.each(PEER_SIDES)(
  "every example for an SDK passes the type check against the %s versions",
  async (side) => {
    const folder = mkdtempSync(join(folders[side]?.path ?? "", "types-"));
    try {
      const programs = [...examples(), NOT_ANY];
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
