import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const modules = fileURLToPath(new URL("../../node_modules/@modelcontextprotocol/", import.meta.url));

/** A folder of its own with a configuration of real servers, and where host calls are noted. */
export interface Workplace {
  readonly folder: string;
  readonly configurationFile: string;
  readonly callsFile: string;
  /** How often the host function `tick` was called. */
  countCalls(): number;
}

/** Prepares a folder; `hung` adds a server that never answers. */
export function createWorkplace(options: { readonly hung?: boolean } = {}): Workplace {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "codemode-server-")));
  const program = (name: string, ...args: string[]): object => ({
    command: process.execPath,
    args: [join(modules, name, "dist/index.js"), ...args],
  });
  const mcpServers = {
    everything: program("server-everything"),
    filesystem: program("server-filesystem", folder),
    memory: { ...program("server-memory"), env: { MEMORY_FILE_PATH: join(folder, "memory.json") } },
    ...(options.hung === true
      ? { hung: { command: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"] } }
      : {}),
  };
  const configurationFile = join(folder, "codemode.json");
  const callsFile = join(folder, "calls.txt");
  writeFileSync(configurationFile, JSON.stringify({ mcpServers }));
  writeFileSync(callsFile, "");
  writeFileSync(join(folder, "note.txt"), "a note");
  return {
    folder,
    configurationFile,
    callsFile,
    countCalls: () => readFileSync(callsFile, "utf8").split("\n").length - 1,
  };
}
