import { showCatalog } from "../execution/discovery.ts";
import type { CodeModeExecutor } from "../execution/executor.ts";

type Catalog = ReturnType<CodeModeExecutor["registry"]["catalog"]>;

/** Most tokens the list of tools may take in the description. */
const CATALOG_TOKENS = 3_000;

const GUIDE = `Runs one program that calls tools and gives back only its result. Do the whole job in one program: call, filter, loop, combine. Return only what is needed; run independent calls in parallel.
TypeScript: top-level await; the value is the last expression (or \`return\`). Each server is a global: \`const text = await filesystem.read_file({ path })\`, or \`import { read_file } from "generated/servers/filesystem"\`. Parallel: \`await Promise.all(…)\`.
Python: \`from generated.servers.filesystem import read_file\`, then \`text = await read_file(path=p)\`; parallel: \`await asyncio.gather(…)\`.
A tool that fails throws ToolError (code, message, tool); catch it to keep partial results. "codemode" (\`from codemode import …\` in Python) has callTool (Python: call_tool), search, describe, emit (hands an image or other content on), artifacts, retry, parallel, sleep. There is no network, file system or process: only tools.`;

/** What was written last for a catalog, and for which servers still connecting. */
interface Written {
  readonly connecting: string;
  readonly description: string;
}

const descriptions = new WeakMap<Catalog, Written>();

/**
 * What a model reads about `execute_code`: the rules, and the tools there are as far as the token budget allows. The
 * same tools give the same bytes.
 */
export function executeCodeDescription(registry: CodeModeExecutor["registry"]): string {
  const catalog = registry.catalog();
  const connecting = registry
    .listServers()
    .filter(({ status }) => status === "connecting")
    .map(({ name }) => name);
  const key = JSON.stringify(connecting);
  const known = descriptions.get(catalog);
  if (known?.connecting === key) return known.description;
  const description = `${GUIDE}\n\nTools: ${showCatalog(catalog, { maxTokens: CATALOG_TOKENS, connecting })}`;
  descriptions.set(catalog, { connecting: key, description });
  return description;
}
