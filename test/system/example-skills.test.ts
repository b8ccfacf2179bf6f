import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";

const PAGES: Readonly<Record<string, string>> = {
  home: "welcome home [about] [news]",
  about: "about us [home]",
  news: "news of home [old]",
  old: "old news",
};

let registry: ToolRegistry;
let executor: CodeModeExecutor;

beforeAll(() => {
  registry = new ToolRegistry();
  registry.addTools("site", [
    defineTool({
      name: "get",
      description: "A page.",
      inputSchema: { type: "object", properties: { page: { type: "string" } }, required: ["page"] },
      execute: ({ page }) => PAGES[String(page)] ?? "",
    }),
  ]);
  const directory = fileURLToPath(new URL("../../examples/skills", import.meta.url));
  executor = new CodeModeExecutor(registry, { skills: { directories: [directory], readOnly: true } });
});

afterAll(async () => {
  await executor.close();
  await registry.close();
});

test("every example is usable and says what it is for", async () => {
  const { skills, problems } = await executor.skills.list();
  expect(problems).toEqual([]);
  expect(skills.map(({ name }) => name)).toEqual([
    "csv_summary",
    "fan_out",
    "release-notes",
    "site_words",
    "word_count",
  ]);
  for (const skill of skills) {
    expect(skill.description.length).toBeGreaterThan(20);
    expect(skill.tags.length).toBeGreaterThan(0);
  }
});

test("csv_summary tells rows, columns and numbers", async () => {
  const run = await executor.runSkill("csv_summary", { arguments: { text: "name,age\nAda,36\nBob,44\n" } });
  expect(run.error).toBeNull();
  expect(run.value).toEqual({
    rows: 2,
    columns: ["name", "age"],
    numeric: { age: { count: 2, sum: 80, mean: 40, min: 36, max: 44 } },
  });
});

const CRAWL = { tool: "site__get", argument: "page", start: "home", linkPattern: "\\[(\\w+)\\]" };

test("fan_out visits every page once and stops at its limit", async () => {
  const run = await executor.runSkill("fan_out", { arguments: CRAWL });
  expect(run.error).toBeNull();
  expect(run.toolCalls).toHaveLength(4);
  const short = await executor.runSkill("fan_out", { arguments: { ...CRAWL, maxPages: 2 } });
  expect(short.value).toMatchObject({ pages: [{ id: "home" }, { id: "about" }], left: ["news"] });
});

test("site_words composes two others", async () => {
  const run = await executor.runSkill("site_words", { arguments: CRAWL });
  expect(run.error).toBeNull();
  const counts = { home: 3, news: 3, about: 2, old: 2, of: 1, us: 1, welcome: 1 };
  expect(run.value).toEqual({ pages: 4, words: Object.entries(counts).map(([word, count]) => ({ word, count })) });
});

test("release-notes groups messages with a script that reads its own template", async () => {
  const args = ["feat: search", "fix(ui): colours", "tidy up"];
  const run = await executor.runSkill("release-notes", { scriptName: "group.py", args });
  expect(run.error).toBeNull();
  expect(run.value).toMatchObject({
    exit_code: 0,
    stdout: "## Release notes\n\n### New\n- search\n\n### Corrected\n- colours\n\n### Other\n- tidy up\n",
  });
});
