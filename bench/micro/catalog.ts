import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emitServerModule } from "codemode/bindings";
import { createToolCatalog, type ToolDefinition } from "codemode/catalog";
import { measureAlone } from "./measure.ts";
import type { Measurement } from "./report.ts";

const corpora = fileURLToPath(new URL("../../test/corpora/tools/", import.meta.url));

interface CorpusServer {
  readonly name: string;
  readonly description?: string;
  readonly tools: readonly (Omit<ToolDefinition, "serverName" | "description"> & { readonly description?: string })[];
}

function serversOf(file: string): readonly CorpusServer[] {
  const { servers }: { servers: readonly CorpusServer[] } = JSON.parse(readFileSync(corpora + file, "utf8"));
  return servers;
}

function corpusTools(): ToolDefinition[] {
  return readdirSync(corpora)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => serversOf(file))
    .flatMap((server) =>
      server.tools.map((tool) => ({
        ...tool,
        description: tool.description ?? "",
        name: `${server.name}__${tool.name}`,
        serverName: server.name,
      })),
    );
}

/** The catalog of all real tools: making it, searching it, emitting its bindings. */
export async function measureCatalog(): Promise<Measurement[]> {
  const tools = corpusTools();
  const catalog = createToolCatalog(tools);
  const count = catalog.tools.length;
  catalog.search("warm");
  const found = catalog.search("create a calendar event", { limit: 1 }).tools[0]?.name;
  const emit = async (): Promise<boolean> => {
    const bytes = catalog.servers.reduce((sum, server) => sum + emitServerModule(server).text.length, 0);
    return bytes > 100_000;
  };
  const requests = catalog.tools.map(({ description }) => description.slice(0, 60)).filter((text) => text !== "");
  let asked = 0;
  return [
    await measureAlone({
      name: `search among ${count} tools for what was not asked before`,
      run: async () => catalog.search(requests[asked++ % requests.length] ?? "", { limit: 1 }).tools.length,
      answer: 1,
      rounds: 500,
    }),
    await measureAlone({
      name: `search among ${count} tools`,
      run: async () => catalog.search("create a calendar event", { limit: 1 }).tools[0]?.name,
      answer: found,
      rounds: 500,
    }),
    await measureAlone({
      name: `catalog and search index of ${count} tools`,
      run: async () => createToolCatalog(tools).search("calendar").total > 0,
      answer: true,
      rounds: 10,
    }),
    await measureAlone({
      name: `TypeScript of ${count} tools`,
      run: emit,
      answer: true,
      rounds: 10,
      promise: 2 * count,
    }),
  ];
}
