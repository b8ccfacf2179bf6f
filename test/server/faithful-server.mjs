// A server whose tools use all that a result and a definition may have.
import { setTimeout as sleep } from "node:timers/promises";
import { ProtocolError, Server } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";

const calls = { cancelled: 0 };
const object = (properties = {}) => ({ type: "object", properties, required: Object.keys(properties) });
const word = { word: { type: "string" } };
const text = (value) => ({ content: [{ type: "text", text: value }] });

const progress = ({ _meta: meta, notify }, params) =>
  notify({ method: "notifications/progress", params: { progressToken: meta?.progressToken, ...params } });

/** @type {Record<string, [object, Function]>} */
const TOOLS = {
  rich: [
    {
      title: "A rich tool",
      description: "Returns everything.",
      icons: [{ src: "data:image/png;base64,AAAA", mimeType: "image/png" }],
      inputSchema: object(word),
      outputSchema: object(word),
      annotations: { title: "Rich", readOnlyHint: true, openWorldHint: false },
      _meta: { "example.com/kept": { deep: [1] } },
    },
    (args) => ({
      content: [
        { type: "text", text: args.word, annotations: { audience: ["user"] } },
        { type: "image", data: "AAAA", mimeType: "image/png" },
        { type: "audio", data: "AAAA", mimeType: "audio/wav" },
        { type: "resource_link", uri: "test://link", name: "link" },
        { type: "resource", resource: { uri: "test://inside", text: "inside" } },
      ],
      structuredContent: { word: args.word },
      _meta: { "example.com/result": 7 },
    }),
  ],
  failing: [{}, () => ({ ...text("disk full"), structuredContent: { left: 0 }, isError: true })],
  refusing: [
    {},
    () => {
      throw new ProtocolError(-32_099, "Not today.", { why: "closed" });
    },
  ],
  forbidden: [{}, () => text("done all the same")],
  slow: [
    { inputSchema: object({ steps: { type: "integer" } }) },
    async ({ steps }, { mcpReq }) => {
      for (let step = 0; step < steps; step += 1)
        await progress(mcpReq, { progress: step, total: steps, message: `step ${step}` });
      return text("done");
    },
  ],
  waiting: [
    {},
    async (_args, { mcpReq }) => {
      await progress(mcpReq, { progress: 1 });
      await sleep(20_000, undefined, { signal: mcpReq.signal }).catch(() => {
        calls.cancelled += 1;
      });
      return text("late");
    },
  ],
  cancelled: [
    {},
    async () => {
      for (let turn = 0; calls.cancelled === 0 && turn < 100; turn += 1) await sleep(20);
      return text(String(calls.cancelled));
    },
  ],
};

serveStdio(() => {
  const server = new Server({ name: "faithful", version: "1" }, { capabilities: { tools: {} } });
  server.setRequestHandler("tools/list", () => ({
    tools: Object.entries(TOOLS).map(([name, [definition]]) =>
      Object.assign({ name, inputSchema: object() }, definition),
    ),
  }));
  server.setRequestHandler("tools/call", ({ params }, context) =>
    TOOLS[params.name][1](params.arguments ?? {}, context),
  );
  return server;
});
