import { fileURLToPath } from "node:url";
import { SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";

const EVERYTHING = fileURLToPath(
  new URL("../../node_modules/@modelcontextprotocol/server-everything/dist/index.js", import.meta.url),
);

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
let codemode: Codemode;

beforeAll(() => {
  codemode = createCodemode({
    mcpServers: { everything: { command: process.execPath, args: [EVERYTHING] } },
    tools: {
      host: [
        defineTool({
          name: "fail",
          description: "Fails.",
          inputSchema: { type: "object" },
          execute: () => {
            throw new Error("disk full");
          },
        }),
      ],
    },
  });
});

afterAll(async () => {
  await codemode.close();
  trace.disable();
});

const named = (name: string): ReadableSpan | undefined =>
  exporter.getFinishedSpans().find((span) => span.name === name);

test("nothing is traced before an SDK is set up; then each run is a span, with its calls in it", async () => {
  const { executor } = codemode;
  const code = `await everything.echo({ message: "my secret words" }); await host.fail({}).catch(() => {}); nothing.at.all`;
  await executor.execute("1 + 1");
  expect(exporter.getFinishedSpans()).toEqual([]);

  trace.setGlobalTracerProvider(provider);
  const { runId } = await executor.execute(code, { typeCheck: false });
  const spans = exporter.getFinishedSpans();
  expect(spans.map(({ name }) => name)).toEqual([
    "execute_tool everything__echo",
    "execute_tool host__fail",
    "execute_code",
  ]);
  const run = named("execute_code");
  expect(run).toMatchObject({
    kind: SpanKind.INTERNAL,
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "execute_code",
      "gen_ai.tool.call.id": runId,
      "codemode.language": "typescript",
      "codemode.status": "failed",
    },
    status: { code: SpanStatusCode.ERROR },
  });
  expect(named("execute_tool everything__echo")).toMatchObject({
    kind: SpanKind.CLIENT,
    parentSpanContext: { spanId: run?.spanContext().spanId },
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "everything__echo",
      "gen_ai.tool.call.id": `${runId}:1`,
      "mcp.method.name": "tools/call",
      "network.transport": "pipe",
      "codemode.status": "ok",
    },
  });
  const failed = named("execute_tool host__fail");
  expect(failed).toMatchObject({
    kind: SpanKind.INTERNAL,
    status: { code: SpanStatusCode.ERROR, message: "disk full" },
  });
  expect(failed?.attributes).toMatchObject({ "error.type": "tool_error" });
  expect(failed?.attributes).not.toHaveProperty("mcp.method.name");
  expect(JSON.stringify(spans.map(({ attributes }) => attributes))).not.toContain("secret words");
}, 60_000);
