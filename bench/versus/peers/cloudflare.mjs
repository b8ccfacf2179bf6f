// Cloudflare's code mode in workerd under miniflare, with the official MCP client: a worker cannot start processes.
// Its function of the host lives in the host worker.
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { Miniflare } from "miniflare";
import { connect } from "./clients.mjs";

export async function open({ servers }) {
  const { call, functions, close } = await connect(servers);
  const {
    outputFiles: [{ text: script }],
  } = await build({
    entryPoints: [fileURLToPath(new URL("cloudflare-worker.mjs", import.meta.url))],
    bundle: true,
    format: "esm",
    write: false,
    external: ["cloudflare:*", "node:*"],
    logLevel: "error",
  });
  const miniflare = new Miniflare({
    modules: true,
    script,
    compatibilityDate: "2026-06-01",
    compatibilityFlags: ["nodejs_compat"],
    workerLoaders: { LOADER: {} },
    serviceBindings: {
      SERVERS: async (request) => {
        const { server, tool, args } = await request.json();
        return Response.json(await call(server, tool, args));
      },
    },
  });
  const url = await miniflare.ready;
  const tools = Object.fromEntries(Object.entries(functions()).map(([name, own]) => [name, Object.keys(own)]));
  return {
    write: (server, tool, args) => `${server}.${tool.replaceAll("-", "_")}(${args})`,
    execute: async (program) => {
      const answer = await miniflare.dispatchFetch(url, { method: "POST", body: JSON.stringify({ program, tools }) });
      const { result, error } = await answer.json();
      if (error !== undefined) throw new Error(error);
      return result;
    },
    close: async () => {
      await miniflare.dispose();
      await close();
    },
  };
}
