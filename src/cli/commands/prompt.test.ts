import { expect, test } from "vitest";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";
import { stubbornServer } from "../__fixtures__/stdio-servers.ts";

test("the prompt is printed for people and as one document, short unless it is asked to be long", async () => {
  const [short, long, json] = await Promise.all([
    runCli(["prompt"]),
    runCli(["prompt", "--long", "--language", "python"]),
    runCli(["prompt", "--json"]),
  ]);
  expect(short.stdout).toContain("- Do the whole job in one program");
  expect(short.stdout).not.toContain("```");
  expect(long.stdout).toContain("```python");
  expect(long.stdout).not.toContain("```typescript");
  expect(documentOf(json)).toEqual({ prompt: short.stdout.trimEnd(), language: "both", length: "short" });
  expect([short, long, json].map(({ status, stderr }) => [status, stderr])).toEqual([
    [0, ""],
    [0, ""],
    [0, ""],
  ]);
});

test("with --catalog the tools of the configured servers follow", async () => {
  await using folder = await testFolder({ mcpServers: { parrot: stubbornServer() } });
  const run = await runCli(["prompt", "--catalog"], { cwd: folder.path });
  expect(run.stdout).toMatch(/If the list of tools below is COMPLETE[\s\S]*Tools: COMPLETE[\s\S]*echo\(/);
});

test("two lengths are wrong usage", async () => {
  const run = await runCli(["prompt", "--short", "--long", "--json"]);
  expect(documentOf(run)).toMatchObject({ error: { message: expect.stringContaining("--short") } });
  expect(run.status).toBe(2);
});
