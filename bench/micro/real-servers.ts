import { createRequire } from "node:module";
import { join } from "node:path";
import type { NamedServer } from "codemode";

const require = createRequire(import.meta.url);

function program(name: string): string {
  return join(require.resolve(`@modelcontextprotocol/${name}/package.json`), "..", "dist", "index.js");
}

/** The three reference servers, as everybody configures them. */
export function realServers(
  directory: string,
): readonly (NamedServer & { readonly command: string; readonly args: string[] })[] {
  return [
    { name: "filesystem", command: process.execPath, args: [program("server-filesystem"), directory] },
    {
      name: "memory",
      command: process.execPath,
      args: [program("server-memory")],
      env: { MEMORY_FILE_PATH: join(directory, "memory.json") },
    },
    { name: "everything", command: process.execPath, args: [program("server-everything"), "stdio"] },
  ];
}
