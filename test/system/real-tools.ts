import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";

const require = createRequire(import.meta.url);

function program(name: string): string {
  return join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), "dist", "index.js");
}

/** A server of its own of the reference server with a tool for everything. */
export function everythingServer(): { readonly command: string; readonly args: readonly string[] } {
  return { command: process.execPath, args: [program("server-everything"), "stdio"] };
}

/** The three reference servers over a folder of their own. */
export interface RealTools extends AsyncDisposable {
  readonly codemode: Codemode;
  /** The folder the filesystem server may use. */
  readonly folder: string;
}

/** Starts an executor over real servers, with some files to work on: `data/a.txt` to `data/d.txt` and `docs/*.md`. */
export async function openRealTools(): Promise<RealTools> {
  const folder = mkdtempSync(join(tmpdir(), "codemode-test-"));
  for (const name of ["a", "b", "c", "d"]) writeFileSync(join(folder, `${name}.txt`), `${name} `.repeat(10));
  writeFileSync(join(folder, "one.md"), "# One\n\ntwo words");
  const codemode = createCodemode({
    mcpServers: {
      filesystem: { command: process.execPath, args: [program("server-filesystem"), folder] },
      memory: {
        command: process.execPath,
        args: [program("server-memory")],
        env: { MEMORY_FILE_PATH: join(folder, "memory.jsonl") },
      },
      everything: everythingServer(),
    },
  });
  await codemode.registry.discoverAll();
  return {
    codemode,
    folder,
    [Symbol.asyncDispose]: async () => {
      await codemode.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
