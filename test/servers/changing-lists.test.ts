import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";

const hostile = fileURLToPath(new URL("../../src/sources/mcp/__fixtures__/hostile-server.mjs", import.meta.url));
const server = (mode: string): object => ({ command: process.execPath, args: [hostile, mode] });

test.each(["typescript", "python"] as const)(
  "a %s program keeps the tools it began with while a list changes, and the next one has the new ones",
  async (language) => {
    await using codemode = createCodemode({ mcpServers: { h: server("grows-by-one") } });
    await codemode.registry.discoverAll();
    let changed: () => void = () => {};
    const announced = new Promise<void>((resolve) => (changed = resolve));
    codemode.registry.onChange(() => {
      if (codemode.registry.listTools().filter(({ name }) => name.startsWith("h__")).length === 2) changed();
    });
    const body = {
      typescript: `await h.echo({}); await gate.open({}); "late" in h`,
      python: `await h.echo()\nawait gate.open()\nhasattr(h, "late")`,
    }[language];
    codemode.registry.addTools("gate", [
      {
        name: "open",
        description: "Waits.",
        inputSchema: { type: "object" },
        execute: () => announced.then(() => "open"),
      },
    ]);
    const { executor } = codemode;
    const first = await executor.execute(body, { language, typeCheck: false, timeoutMs: 60_000 });
    expect(first).toMatchObject({ status: "completed", value: false });
    const second = await executor.execute('"late" in h', { typeCheck: false });
    expect(second.value).toBe(true);
  },
  120_000,
);

test("two servers with tools of the same names are called apart, by every spelling", async () => {
  await using codemode = createCodemode({
    mcpServers: { one: server("ok"), two: { ...server("ok"), tools: { allow: ["echo"] } } },
  });
  await codemode.registry.discoverAll();
  const code = `import { echo } from "generated/servers/one";
import { echo as other } from "generated/servers/two";
await Promise.all([echo({ text: "1" }), other({ text: "2" }), one.echo({ text: "3" }), codemode.callTool("two__echo", { text: "4" })])`;
  const run = await codemode.executor.execute(code, { typeCheck: false });
  expect(run.toolCalls.map(({ tool }) => tool).toSorted()).toEqual([
    "one__echo",
    "one__echo",
    "two__echo",
    "two__echo",
  ]);
  const said = run.value;
  expect(
    Array.isArray(said) && said.map((each) => /"text":"(\d)"/.exec(JSON.stringify(each).replaceAll("\\", ""))?.[1]),
  ).toEqual(["1", "2", "3", "4"]);
  const ambiguous = await codemode.executor.execute(`await codemode.callTool("echo", {})`, { typeCheck: false });
  expect(ambiguous.error?.message).toMatch(/one__echo[\s\S]*two__echo/);
});
