import { showCatalog } from "../execution/discovery.ts";
import type { CodeModeExecutor } from "../execution/executor.ts";

type Catalog = ReturnType<CodeModeExecutor["registry"]["catalog"]>;

/** Most tokens the list of tools may take in the description. */
const CATALOG_TOKENS = 3_000;

const GUIDE = `Runs one program that calls tools and gives back only its result. Do the whole job in one program: call, filter, loop, combine. Return only what is needed; run independent calls in parallel.
TypeScript: top-level await; the value is the last expression (or \`return\`). Each server is a global: \`const text = await filesystem.read_file({ path })\`, or \`import { read_file } from "generated/servers/filesystem"\`. Parallel: \`await Promise.all(…)\`.
Python: \`from generated.servers.filesystem import read_file\`, then \`text = await read_file(path=p)\`; parallel: \`await asyncio.gather(…)\`.
A tool that fails throws ToolError (code, message, tool); catch it to keep partial results. "codemode" has callTool, search, describe, emit (hands an image or other content on), artifacts, retry, parallel, sleep. There is no network, file system or process: only tools.`;

const descriptions = new WeakMap<Catalog, string>();

/**
 * What a model reads about `execute_code`: the rules, and the tools there are as far as the token budget allows. Equal
 * catalogs give equal bytes.
 */
export function executeCodeDescription(catalog: Catalog): string {
  const known = descriptions.get(catalog);
  if (known !== undefined) return known;
  const description = `${GUIDE}\n\nTools: ${showCatalog(catalog, { maxTokens: CATALOG_TOKENS })}`;
  descriptions.set(catalog, description);
  return description;
}
