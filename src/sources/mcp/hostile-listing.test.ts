import { expect, test } from "vitest";
import {
  firstText,
  openHostile,
  openSource,
  hostileServer,
  temporaryDirectory,
  until,
} from "./__fixtures__/hostile-source.ts";

test("one invalid tool degrades alone and the others work", async () => {
  const source = openHostile("invalid-tool");
  const { status, tools, warnings } = await source.settled();
  expect(status).toBe("ready");
  expect(tools.map(({ toolName, problem }) => [toolName, problem !== undefined])).toEqual([
    ["echo", false],
    ["wrong-type", true],
    ["string-schema", true],
    ["no-schema", true],
    ["deep", true],
    ["good", false],
  ]);
  expect(tools.find(({ toolName }) => toolName === "deep")?.inputSchema).toEqual({ type: "object" });
  expect(tools.at(-1)).toMatchObject({
    name: "h__good",
    title: "Good",
    annotations: { readOnlyHint: true },
    inputExamples: [{ text: "a" }],
  });
  expect(warnings.filter((line) => line.includes("no usable name"))).toHaveLength(4);
  expect(warnings.filter((line) => line.includes("more than once"))).toHaveLength(1);
  expect(firstText(await source.call("good", { text: "hi" }))).toContain('"text":"hi"');
});

test("a list that repeats itself is cut with a warning", async () => {
  const { status, tools, warnings } = await openHostile("repeated-cursor").settled();
  expect(status).toBe("ready");
  expect(tools.map(({ toolName }) => toolName)).toEqual(["first", "second"]);
  expect(warnings.join()).toContain("repeats itself");
});

test("a list without an end is cut after a thousand pages", async () => {
  const { tools, warnings } = await openHostile("endless-cursor").settled();
  expect(tools).toHaveLength(1000);
  expect(warnings.join()).toContain("1000 pages");
});

test("tools named like members of an object are ordinary tools", async () => {
  const source = openHostile("proto-names");
  const { tools } = await source.settled();
  expect(tools.map(({ toolName }) => toolName)).toEqual(["__proto__", "constructor", "toString", "then"]);
  expect(firstText(await source.call("__proto__", {}))).toContain("__proto__");
});

test("output that is no message is ignored and counted", async () => {
  const source = openHostile("garbage");
  const { status, warnings } = await source.settled();
  expect(status).toBe("ready");
  expect(warnings).toEqual([expect.stringContaining("Ignored 3 lines")]);
});

test("allow and deny choose the tools, and a tool left out cannot be called", async () => {
  const source = openHostile("proto-names", { tools: { allow: ["t*", "con*tor"], deny: ["*String"] } });
  const { tools } = await source.settled();
  expect(tools.map(({ toolName }) => toolName)).toEqual(["constructor", "then"]);
  await expect(source.call("toString", {})).rejects.toMatchObject({ code: "unknown_tool" });
});

test("what the server says about itself is kept", async () => {
  const { instructions, description } = await openHostile("ok", { description: "Echoes things." }).settled();
  expect({ instructions, description }).toEqual({ instructions: "Be careful.", description: "Echoes things." });
});

test("an announced change of the list makes a new snapshot and leaves the old one as it was", async () => {
  const source = openHostile("grows-by-one");
  const before = await source.settled();
  await source.call("echo", {});
  await until(source, () => source.snapshot().tools.length === 2);
  expect(source.snapshot().tools.map(({ toolName }) => toolName)).toEqual(["echo", "late"]);
  expect(before.tools).toHaveLength(1);
});

test("200,000 announced changes are survived, cost few listings and do not stop calls", async () => {
  const file = `${temporaryDirectory()}/log`;
  const source = openHostile("change-flood", {}, file);
  await source.settled();
  let changes = 0;
  source.onChange(() => (changes += 1));
  expect(firstText(await source.call("echo", {}))).toBe("flooded");
  expect(source.snapshot().status).toBe("ready");
  expect(changes).toBe(0);
  const { readFileSync } = await import("node:fs");
  const listings = readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line === "tools/list").length;
  expect(listings).toBeLessThan(100);
});

test("a second start knows the tools before the server does", async () => {
  const cacheDirectory = temporaryDirectory();
  const first = openSource(hostileServer("ok"), { cacheDirectory });
  const { tools } = await first.settled();
  await first.close();
  const second = openSource(hostileServer("ok"), { cacheDirectory });
  expect(second.snapshot()).toMatchObject({ status: "cached", tools });
  expect(firstText(await second.call("echo", { text: "a" }))).toContain('"a"');
  expect((await second.settled()).status).toBe("ready");
});

test("a damaged cache file, or one of another configuration, is as good as none", async () => {
  const { readdirSync, writeFileSync, readFileSync } = await import("node:fs");
  const cacheDirectory = temporaryDirectory();
  const secret = { ...hostileServer("ok"), env: { KEY: "${SOURCE_TEST_SECRET}" } };
  const variables = { ...process.env, SOURCE_TEST_SECRET: "hunter2" };
  const first = openSource(secret, { cacheDirectory, variables });
  await first.settled();
  await first.close();
  const [file = ""] = readdirSync(cacheDirectory);
  const text = readFileSync(`${cacheDirectory}/${file}`, "utf8");
  expect(text).not.toContain("hunter2");
  expect(openSource(hostileServer("ok"), { cacheDirectory }).snapshot().status).toBe("connecting");
  for (const damaged of [text.slice(0, 50), "[]", text.replace('"key":"', '"key":"0')]) {
    writeFileSync(`${cacheDirectory}/${file}`, damaged);
    expect(openSource(secret, { cacheDirectory, variables }).snapshot().status).toBe("connecting");
  }
});
