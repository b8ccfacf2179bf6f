// The servers of a recorded catalogue on one port of this machine, each at a path of its own: they list their tools, and a
// call is answered by its name.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const FILE = join(dirname(dirname(fileURLToPath(import.meta.url))), "corpora/tools/livemcpbench.json");

/** Starts them; the caller closes them. `entries` are those of a configuration, by name. */
export async function startCorpusServers() {
  const { servers } = JSON.parse(readFileSync(FILE, "utf8"));
  const http = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const reply = (status, value) => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(value === undefined ? undefined : JSON.stringify(value));
    };
    const server = servers[Number(request.url.slice(1))];
    if (request.method !== "POST" || server === undefined) return reply(405);
    const { id, method, params } = JSON.parse(Buffer.concat(chunks).toString());
    if (id === undefined) return reply(202);
    const answer = (result) => reply(200, { jsonrpc: "2.0", id, result });
    if (method === "initialize") {
      const { protocolVersion } = params;
      return answer({ protocolVersion, capabilities: { tools: {} }, serverInfo: { name: server.name, version: "1" } });
    }
    if (method === "tools/list") return answer({ tools: server.tools });
    if (method === "tools/call") return answer({ content: [{ type: "text", text: `CALLED ${params.name}` }] });
    return reply(200, { jsonrpc: "2.0", id, error: { code: -32_601, message: "There is no such method." } });
  });
  await new Promise((resolve) => http.listen(0, "127.0.0.1", resolve));
  const { port } = http.address();
  const entries = Object.fromEntries(
    servers.map(({ name }, index) => [name, { url: `http://127.0.0.1:${port}/${index}` }]),
  );
  const close = () => {
    http.closeAllConnections();
    http.close();
  };
  return { entries, tools: servers.flatMap(({ tools }) => tools).length, close };
}
