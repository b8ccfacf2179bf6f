#!/usr/bin/env node
/** The `codemode` command. */
import * as nodeModule from "node:module";

/** Node 22 keeps compiled code between starts; Node 20 has no such function. */
const enableCompileCache: unknown = Reflect.get(nodeModule, "enableCompileCache");
if (typeof enableCompileCache === "function") enableCompileCache();

// Words beside the answer that nobody reads any more: a server goes on, and a command still has its answer.
process.stderr.on("error", () => {});

// Loaded by name, so that what follows is found in the cache, and only what is used is loaded.
const { runAttached } = await import("./cli/up/attach.ts");
if (!(await runAttached(process.argv.slice(2)))) {
  const { runMain } = await import("./cli/main.ts");
  runMain();
}
