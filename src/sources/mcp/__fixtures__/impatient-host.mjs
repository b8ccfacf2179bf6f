// A program whose own HTTP client waits a quarter of a second at most, and that calls every tool of a remote server.
import { Agent, setGlobalDispatcher } from "undici";
import { createMcpSource } from "../../../../dist/sources/mcp/mcp-source.js";
import { parseServerConfig } from "../../../../dist/sources/mcp/server-config.js";

const [url, timeoutMs, ...tools] = process.argv.slice(2);
setGlobalDispatcher(new Agent({ headersTimeout: 250, bodyTimeout: 250 }));
const source = createMcpSource("remote", parseServerConfig("remote", { url, timeoutMs: Number(timeoutMs) }));
await source.settled();

const call = (name) =>
  source.call(name, {}).then(
    ({ content }) => content[0].text,
    (error) => error.code,
  );
const ownFetch = (name) =>
  fetch(url, { method: "POST", body: JSON.stringify({ id: 1, method: "tools/call", params: { name } }) })
    .then((response) => response.text())
    .then(
      () => "answered",
      ({ message }) => message,
    );
const outcomes = async (ask) => Object.fromEntries(await Promise.all(tools.map(async (name) => [name, await ask(name)])));
console.log(JSON.stringify({ own: await outcomes(ownFetch), calls: await outcomes(call) }));
await source.close();
