import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  firstText,
  openHostile,
  openSource,
  hostileServer,
  temporaryDirectory,
  until,
} from "./__fixtures__/hostile-source.ts";

test("a call that hangs ends as tool_timeout and the server is told", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("hang", {}, file);
  await source.settled();
  await expect(source.call("echo", {}, { timeoutMs: 100 })).rejects.toMatchObject({
    code: "tool_timeout",
    details: { tool: "h__echo" },
  });
  await source.ping?.();
  expect(readFileSync(file, "utf8")).toContain("call echo\nnotifications/cancelled\n");
});

test("a cancelled call says so and the server is told", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("hang", {}, file);
  await source.settled();
  const controller = new AbortController();
  const call = source.call("echo", {}, { signal: controller.signal });
  await source.ping?.();
  controller.abort(new Error("enough"));
  await expect(call).rejects.toMatchObject({ code: "cancelled" });
  await source.ping?.();
  expect(readFileSync(file, "utf8")).toContain("notifications/cancelled");
});

test("no call starts with an aborted signal or after close", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("ok", {}, file);
  await source.settled();
  await expect(source.call("echo", {}, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" });
  await source.close();
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "server_unavailable" });
  expect(readFileSync(file, "utf8")).not.toContain("call echo");
});

test("progress that never ends does not lengthen a call", async () => {
  const source = openHostile("progress-forever");
  await source.settled();
  let reports = 0;
  const call = source.call("echo", {}, { timeoutMs: 300, onProgress: () => (reports += 1) });
  await expect(call).rejects.toMatchObject({ code: "tool_timeout" });
  expect(reports).toBeGreaterThan(0);
});

test("progress in the same chunk as the result is passed on, in order", async () => {
  const source = openHostile("progress-with-result");
  await source.settled();
  const seen: unknown[] = [];
  const envelope = await source.call("echo", {}, { onProgress: (progress) => seen.push(progress) });
  expect(firstText(envelope)).toBe("done");
  expect(seen).toEqual([1, 2, 3].map((progress) => ({ progress, total: 3, message: `step ${progress}` })));
});

test("content of unknown kinds and unknown fields arrive untouched, and what stands for a text as text", async () => {
  const source = openHostile("unknown-content");
  expect(await source.call("echo", {})).toEqual({
    content: [
      { type: "hologram", data: "x" },
      { type: "text", text: "5" },
      { type: "text", text: "bare" },
    ],
    extra: 1,
  });
});

test("structured content that breaks its schema arrives", async () => {
  const source = openHostile("structured");
  expect(await source.call("echo", {})).toEqual({ content: [], structuredContent: { n: "not a number" } });
});

test("a crash during a call fails that call with the server's last words, without repeating it", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("crash-mid-call", {}, file);
  await source.settled();
  await expect(source.call("echo", {})).rejects.toMatchObject({
    code: "server_unavailable",
    message: expect.stringMatching(/exited with status 9[\s\S]*out of cheese/),
  });
  expect(source.snapshot()).toMatchObject({ status: "failed", error: expect.stringContaining("out of cheese") });
  await until(source, () => source.snapshot().status === "ready");
  expect(readFileSync(file, "utf8").match(/call echo/g)).toHaveLength(1);
});

test("an answer of 50 MB ends its call at once, and the connection goes on", async () => {
  const source = openSource(hostileServer("huge-line"), { messageBytes: 16 * 1024 * 1024 });
  await source.settled();
  const begun = performance.now();
  await expect(source.call("echo", { text: "huge" })).rejects.toMatchObject({ code: "response_too_large" });
  expect(performance.now() - begun).toBeLessThan(2000);
  expect(firstText(await source.call("echo", { text: "small" }))).toBe("small");
  expect(source.snapshot().status).toBe("ready");
});

test("an answer of 50 MB among others ends only its own call", async () => {
  const source = openSource(hostileServer("huge-line"), { messageBytes: 16 * 1024 * 1024 });
  await source.settled();
  const texts = ["small", "huge", "small", "small"];
  const outcomes = await Promise.allSettled(texts.map((text) => source.call("echo", { text })));
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled", "fulfilled"]);
  expect(outcomes[1]).toMatchObject({ reason: { code: "response_too_large" } });
});

test("a list of tools that is too large for one message fails the server with the reason", async () => {
  const { status, error } = await openSource(hostileServer("invalid-tool"), { messageBytes: 100_000 }).settled();
  expect(status).toBe("failed");
  expect(error).toContain("too large");
});

test("answers with wrong ids and second answers are ignored and counted", async () => {
  const source = openHostile("wrong-ids");
  expect(firstText(await source.call("echo", {}))).toBe("right");
  await source.ping?.();
  expect(source.snapshot().warnings).toEqual([expect.stringContaining("Ignored 3 answers")]);
});

test("half a line costs the call its time and nothing else", async () => {
  const source = openHostile("half-line");
  await expect(source.call("echo", {}, { timeoutMs: 300 })).rejects.toMatchObject({ code: "tool_timeout" });
  await source.ping?.();
  expect(source.snapshot()).toMatchObject({ status: "ready", warnings: [expect.stringContaining("Ignored 1 line ")] });
});

test("an answer that is JSON but not MCP fails its call at once", async () => {
  const source = openHostile("malformed");
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "tool_error" });
});

test("an error of the protocol carries the server's message", async () => {
  const source = openHostile("protocol-error");
  await expect(source.call("echo", { text: "bad" })).rejects.toMatchObject({
    code: "invalid_arguments",
    message: "no such luck",
  });
  await expect(source.call("echo", {})).rejects.toMatchObject({ code: "tool_error", message: "no such luck" });
});

test("requests of the server for sampling, roots, and of a person where no client called, are refused", async () => {
  const source = openHostile("asks-back");
  const said = String(firstText(await source.call("echo", {})));
  expect(said.split(" ").toSorted()).toEqual(["e1:-32600", "r1:-32601", "s1:-32601"]);
});

test("a flood on the error output changes nothing", async () => {
  const source = openHostile("stderr-flood");
  expect(firstText(await source.call("echo", { text: "a" }))).toContain('"a"');
});

test("an own key called __proto__ in arguments is sent as data", async () => {
  const source = openSource(hostileServer("ok"));
  const args: Record<string, unknown> = Object.fromEntries([["__proto__", { polluted: true }]]);
  expect(firstText(await source.call("echo", args))).toContain('"__proto__":{"polluted":true}');
});
