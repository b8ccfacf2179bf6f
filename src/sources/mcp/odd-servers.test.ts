import type { ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { ToolRegistry } from "../tool-registry.ts";
import { firstText, openSource } from "./__fixtures__/hostile-source.ts";
import { done, echo, JSON_TYPE, odd, outcome, results, SOON, STREAM_TYPE } from "./__fixtures__/odd-server.ts";

// Servers that are odd rather than hostile: each answers in a way that somebody's server does. What a call of theirs ends
// with, and in which words, is the point; that it ends soon goes without saying.

test.each([307, 308])(
  "a redirect with %i to another path of the same origin is followed with the call",
  async (status) => {
    const seen: string[] = [];
    const source = await odd({
      "tools/call": ({ rpc, request, response }) => {
        seen.push(`${request.method} ${request.url}`);
        if (request.url === "/mcp") response.writeHead(status, { location: "/v2/mcp" }).end();
        else response.writeHead(200, JSON_TYPE).end(done(rpc.id));
      },
    });
    expect(await outcome(source)).toBe("done");
    expect(seen).toEqual(["POST /mcp", "POST /v2/mcp"]);
  },
);

test.each([301, 302, 303])("a redirect with %i, which loses the call, says where it leads", async (status) => {
  const source = await odd({
    "tools/call": ({ response }) => response.writeHead(status, { location: "/v2/mcp" }).end(),
  });
  expect(await outcome(source)).toEqual([
    "server_unavailable",
    expect.stringMatching(/odd[\s\S]*(redirect|\/v2\/mcp|405)/),
  ]);
});

test.each(["a b", '{"a":1}', "sess;ion=1,2", "ü-é", "x".repeat(4_000), "%20+/=="])(
  "the session %j is sent back as it came",
  async (session) => {
    const seen = new Set<unknown>();
    const source = await odd({
      initialize: ({ rpc, response }) =>
        response
          .writeHead(200, { ...JSON_TYPE, "mcp-session-id": session })
          .end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result: results["initialize"] })),
      "tools/call": ({ rpc, request, response }) => {
        seen.add(request.headers["mcp-session-id"]);
        response.writeHead(200, JSON_TYPE).end(done(rpc.id));
      },
    });
    expect(await outcome(source)).toBe("done");
    expect([...seen]).toEqual([session]);
  },
);

test.each([400, 404, 405, 500])(
  "notifications that are refused with %i cost nothing, and are noted",
  async (status) => {
    const source = await odd({
      "notifications/initialized": ({ response }) => response.writeHead(status).end("no"),
      "tools/call": ({ rpc, response }) => response.writeHead(200, JSON_TYPE).end(done(rpc.id)),
    });
    expect(await outcome(source)).toBe("done");
    expect(source.snapshot().warnings.join()).toContain(`refuses notifications with status ${status}`);
  },
);

test("a server that refuses the newest revision by naming older ones is offered one of those", async () => {
  const offered: unknown[] = [];
  const source = await odd({
    "server/discover": ({ response }) => response.writeHead(404).end(),
    initialize: ({ rpc, response }) => {
      const { protocolVersion: version } = rpc.params ?? {};
      offered.push(version);
      const error = { code: -32602, message: "Unsupported protocol version", data: { supported: ["2024-11-05"] } };
      const old = { ...Object(results["initialize"]), protocolVersion: version };
      const body = version === "2024-11-05" ? { result: old } : { error };
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, ...body }));
    },
    "tools/call": ({ rpc, response }) => response.writeHead(200, JSON_TYPE).end(done(rpc.id)),
  });
  expect(await outcome(source)).toBe("done");
  expect(offered).toEqual(["2025-11-25", "2024-11-05"]);
});

test("a session that ends in the middle of a call costs that call, is named, and the next one has a new session", async () => {
  let session = 1;
  const source = await odd({
    initialize: ({ rpc, response }) =>
      response
        .writeHead(200, { ...JSON_TYPE, "mcp-session-id": `s${session}` })
        .end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result: results["initialize"] })),
    "*": ({ rpc, request, response }) => {
      const asked = request.headers["mcp-session-id"];
      if (rpc.method !== "initialize" && asked !== undefined && asked !== `s${session}`) response.writeHead(404).end();
    },
    "tools/call": ({ rpc, response, calls }) => {
      if (calls > 1) return response.writeHead(200, JSON_TYPE).end(done(rpc.id));
      session += 1;
      response.writeHead(200, STREAM_TYPE);
      return response.end(": going\n\n");
    },
  });
  expect(await outcome(source)).toEqual(["server_unavailable", expect.stringContaining("odd")]);
  expect(await outcome(source)).toBe("done");
});

/** Tools of a server whose pages are answered in turn. */
async function listed(pages: readonly object[]): Promise<{ names: readonly unknown[]; warnings: string }> {
  const cursors: unknown[] = [];
  const source = await odd({
    "tools/list": ({ rpc, response }) => {
      cursors.push(rpc.params?.["cursor"]);
      const page = pages[Math.min(cursors.length, pages.length) - 1];
      const body = page !== undefined && "error" in page ? page : { result: page };
      response.writeHead(200, JSON_TYPE).end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, ...body }));
    },
  });
  const { tools, warnings } = await source.settled();
  return { names: tools.map(({ toolName }) => toolName), warnings: warnings.join("\n") };
}

const tool = (name: string): object => ({ ...echo, name });

test.each<readonly [what: string, pages: readonly object[], names: readonly string[], warning: string]>([
  ["a cursor that is a number", [{ tools: [tool("a")], nextCursor: 2 }, { tools: [tool("b")] }], ["a", "b"], ""],
  [
    "a cursor that is an object",
    [{ tools: [tool("a")], nextCursor: { page: 2 } }, { tools: [tool("b")] }],
    ["a", "b"],
    "",
  ],
  [
    "an empty page in the middle",
    [{ tools: [tool("a")], nextCursor: "2" }, { tools: [], nextCursor: "3" }, { tools: [tool("b")] }],
    ["a", "b"],
    "",
  ],
  [
    "a cursor that went stale",
    [{ tools: [tool("a")], nextCursor: "2" }, { error: { code: -32602, message: "the list has changed" } }],
    ["a"],
    "the list has changed",
  ],
  [
    "tools that come again on the next page",
    [{ tools: [tool("a"), tool("b")], nextCursor: "2" }, { tools: [tool("b"), tool("c")] }],
    ["a", "b", "c"],
    "more than once",
  ],
  ["a page that is null", [{ tools: [tool("a")], nextCursor: "2" }, { tools: null }], ["a"], "no list"],
  [
    "cursors that go round",
    [
      { tools: [tool("a")], nextCursor: "x" },
      { tools: [tool("b")], nextCursor: "y" },
      { tools: [tool("c")], nextCursor: "x" },
    ],
    ["a", "b", "c"],
    "repeats itself",
  ],
])("a list with %s is read as far as it goes", async (...[, pages, names, warning]) => {
  const found = await listed(pages);
  expect(found.names).toEqual(names);
  expect(found.warnings).toContain(warning);
});

test("a server that names no tools among its capabilities and has some is used", async () => {
  const source = await odd({
    initialize: ({ rpc, response }) =>
      response.writeHead(200, JSON_TYPE).end(
        JSON.stringify({
          jsonrpc: "2.0",
          id: rpc.id,
          result: { ...Object(results["initialize"]), capabilities: {} },
        }),
      ),
    "tools/call": ({ rpc, response }) => response.writeHead(200, JSON_TYPE).end(done(rpc.id)),
  });
  expect(source.snapshot().tools.map(({ toolName }) => toolName)).toEqual(["echo"]);
  expect(await outcome(source)).toBe("done");
});

test("tools whose names become one are all callable by their own names", async () => {
  const names = ["get-x", "get_x", "get.x", "get x", "GET_X"];
  const source = await odd({
    "tools/list": ({ rpc, response }) =>
      response
        .writeHead(200, JSON_TYPE)
        .end(JSON.stringify({ jsonrpc: "2.0", id: rpc.id, result: { tools: names.map(tool) } })),
    "tools/call": ({ rpc, response }) =>
      response.writeHead(200, JSON_TYPE).end(done(rpc.id, String(rpc.params?.["name"]))),
  });
  const registry = new ToolRegistry();
  onTestFinished(() => registry.close());
  registry.addSource(source);
  await registry.discoverAll();
  const identifiers = registry.listTools().map(({ identifier }) => identifier);
  expect(new Set(identifiers).size).toBe(names.length);
  expect(await Promise.all(names.map((name) => registry.callTool(`odd__${name}`, {})))).toEqual(names);
});

test("calls at once that are answered in another order, on each other's streams, get their own answers", async () => {
  const waiting: { readonly id: number | undefined; readonly text: string; readonly response: ServerResponse }[] = [];
  const source = await odd({
    "tools/call": ({ rpc, response }) => {
      waiting.push({ id: rpc.id, text: JSON.stringify(rpc.params?.["arguments"]), response });
      if (waiting.length < 3) return;
      const answers = waiting.map(({ id, text }) => `data: ${done(id, text)}\n\n`).toReversed();
      waiting[0]?.response.writeHead(200, STREAM_TYPE).write(answers.join(""));
      for (const each of waiting.slice(1)) each.response.writeHead(200, STREAM_TYPE).write(": later\n\n");
    },
  });
  const texts = await Promise.all([1, 2, 3].map(async (n) => firstText(await source.call("echo", { n }, SOON))));
  expect(texts).toEqual(['{"n":1}', '{"n":2}', '{"n":3}']);
});

const script = fileURLToPath(new URL("__fixtures__/odd-lines.mjs", import.meta.url));

test.each<readonly [mode: string, ends: unknown, warning: string]>([
  ["crlf", "done", ""],
  ["pretty", "done", ""],
  ["ansi", "done", "as if for a terminal"],
  ["cut", "añ→😀b", ""],
  ["storm", "done", ""],
  ["changes-while-paged", "done", ""],
  ["headers", "done", "frames its messages with headers"],
  ["unended", "done", ""],
  ["end-of-mac", "done", ""],
  ["prompt", "done", "other words"],
  ["bar-of-progress", "done", "other words"],
  ["events", "done", "other words"],
  ["cursor-moves", "done", "as if for a terminal"],
  ["record-marks", "done", "other words"],
  ["nulls", "done", "other words"],
  ["words-after", "done", "other words"],
  ["words-before", "done", "other words"],
  ["two-a-line", "done", "several messages on one line"],
])("a local server that writes its lines with %s is understood", async (mode, ends, warning) => {
  const source = openSource({ command: process.execPath, args: [script, mode], connectTimeoutMs: 20_000 }, {}, "odd");
  const { error } = await source.settled();
  expect(error).toBe(undefined);
  expect(await outcome(source)).toEqual(ends);
  expect(source.snapshot().warnings.join()).toContain(warning);
});

test("a local server that writes about its messages before it sends them is taken at its word, not at its writing", async () => {
  const args = [script, "writes-about-answers"];
  const source = openSource({ command: process.execPath, args }, {}, "odd");
  expect((await source.settled()).error).toBe(undefined);
  expect(await outcome(source)).toBe("done");
});

test("lines that begin like a message over several lines and are none are garbage, and what follows is read", async () => {
  const source = openSource({ command: process.execPath, args: [script, "half-pretty"] }, {}, "odd");
  expect((await source.settled()).error).toBe(undefined);
  expect(await outcome(source)).toBe("done");
  expect(source.snapshot().warnings.join()).toMatch(/Ignored \d+ lines of output/);
});

test("a stream that stalls costs its call its own time, and no other", async () => {
  const source = await odd({
    "tools/call": ({ rpc, response, calls }) => {
      if (calls > 1) return response.writeHead(200, JSON_TYPE).end(done(rpc.id));
      response.writeHead(200, STREAM_TYPE);
      return response.write(
        `data: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":1}}\n\n: `,
      );
    },
  });
  const stalled = source.call("echo", {}, { timeoutMs: 600 }).catch((error: unknown) => error);
  expect(await outcome(source)).toBe("done");
  expect(await stalled).toMatchObject({ code: "tool_timeout", message: expect.stringMatching(/within \d+ ms/) });
});
