import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Skills } from "../../skills/skills.ts";
import { codemodeTools } from "../../tools/codemode-tools.ts";
import { defineTool } from "../../sources/functions/define-tool.ts";
import { ToolRegistry } from "../../sources/tool-registry.ts";
import { CodeModeExecutor } from "../../host/executor.ts";

const script = fileURLToPath(new URL("../../sources/mcp/__fixtures__/skills-server.mjs", import.meta.url));
const server = (
  mode: string,
  env: Record<string, string> = {},
): { command: string; args: string[]; env: typeof env } => ({
  command: process.execPath,
  args: [script, mode],
  env,
});

let folder: string;
let registry: ToolRegistry;
let executor: CodeModeExecutor;
let skills: Skills;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-combined-"));
  await mkdir(join(folder, "pdf-forms"));
  await writeFile(join(folder, "pdf-forms/SKILL.md"), "---\nname: pdf-forms\ndescription: My own forms.\n---\nMine.\n");
  await writeFile(
    join(folder, "twice.ts"),
    "/** Doubles. */\nexport function twice(n: number): number {\n  return 2 * n;\n}\n",
  );
  registry = new ToolRegistry();
  registry.addServer({ name: "docs", ...server("honest"), skills: { runScripts: ["pdf-forms"] } });
  registry.addServer({ name: "other", ...server("honest", { LABEL: "other" }) });
  registry.addServer({ name: "twins", ...server("twins") });
  registry.addServer({ name: "liar", ...server("liar") });
  registry.addServer({ name: "silent", ...server("silent") });
  registry.addTools("math", [
    defineTool({ name: "add", description: "Adds.", inputSchema: { type: "object" }, execute: () => "reached" }),
  ]);
  executor = new CodeModeExecutor(registry, { skills: { directories: [folder] } });
  skills = executor.skills;
  const answering = registry.skillSuppliers().filter(({ name }) => name !== "silent");
  await Promise.all(answering.map((supplier) => supplier.settled()));
  await skills.list();
});

afterAll(async () => {
  await executor.close();
  await registry.close();
  await rm(folder, { recursive: true });
});

const listed = async (query?: string): Promise<string[]> =>
  (await skills.list(query === undefined ? {} : { query })).skills.map(({ name }) => name);

test("skills of servers are listed beside one's own, under the name of their server, none hiding another", async () => {
  const names = await listed();
  expect(names).toEqual([
    "pdf-forms",
    "twice",
    "docs/pdf-forms",
    "other/pdf-forms",
    "twins/one/review",
    "twins/plain",
    "twins/two/review",
    "liar/bad",
    "liar/good",
  ]);
  expect((await skills.get("pdf-forms")).provenance).toBeUndefined();
  expect(await skills.get("docs/pdf-forms")).toMatchObject({
    kind: "folder",
    readOnly: true,
    provenance: { kind: "server", name: "docs", uri: "skill://pdf-forms/SKILL.md" },
    instructions: expect.stringContaining("# pdf-forms"),
  });
});

test("a server that is silent costs one short wait and is named", { retry: 2 }, async () => {
  const begun = performance.now();
  const { problems } = await skills.list();
  expect(performance.now() - begun).toBeLessThan(1_000);
  expect(problems).toContainEqual({ path: "silent", reason: expect.stringContaining("has not answered yet") });
});

test("a skill with content that was changed on the way is set aside with the reason", async () => {
  await expect(skills.readResource("liar/bad", "extra.md")).rejects.toThrow("set aside");
  await expect(skills.get("liar/bad")).rejects.toThrow("other content than it lists");
  expect(await listed()).not.toContain("liar/bad");
  expect((await skills.get("liar/good")).name).toBe("liar/good");
});

test("searches rank both kinds together", async () => {
  expect(await listed("doubles")).toEqual(["twice"]);
  expect((await skills.search("forms", 10)).skills.map(({ name }) => name)).toEqual(
    expect.arrayContaining(["pdf-forms", "docs/pdf-forms", "other/pdf-forms"]),
  );
});

test("nothing of a server's skill can be changed, and the error says whose it is", async () => {
  const denied = { code: "policy_denied", message: '"docs/pdf-forms" belongs to the server "docs".' };
  await expect(skills.delete("docs/pdf-forms")).rejects.toMatchObject(denied);
  await expect(skills.update("docs/pdf-forms", { description: "x" })).rejects.toMatchObject(denied);
  await expect(skills.save({ name: "docs/pdf-forms", code: "1", language: "typescript" })).rejects.toMatchObject(
    denied,
  );
  await expect(skills.get("docs/pdf")).rejects.toMatchObject({ code: "unknown_tool" });
  await expect(skills.get("nobody/pdf-forms")).rejects.toMatchObject({ code: "unknown_tool" });
});

test("a server's skill can be taken over as one's own", async () => {
  const bundle = await skills.export("docs/pdf-forms");
  const directory = new CodeModeExecutor(registry, { skills: { directories: [join(folder, "copies")] } });
  const copies = directory.skills;
  await copies.import(bundle);
  expect((await copies.readResource("pdf-forms", "guide.md")).text).toBe("Fields have names.\n");
  await directory.close();
});

test("programs list, load and read skills of servers", async () => {
  const run = await executor.execute(`
    import { list_skills, load_skill, read_skill_resource } from "generated/skills";
    const skills = await list_skills({ query: "forms" });
    const instructions = await load_skill("docs/pdf-forms");
    const text = await read_skill_resource({ name: "docs/pdf-forms", resource_name: "references/guide.md" });
    ({ from: skills.map(({ server }) => server ?? null).sort(), instructions: instructions.split("\\n", 1)[0], text });
  `);
  expect(run).toMatchObject({
    success: true,
    value: {
      from: expect.arrayContaining(["docs", "other"]),
      instructions: 'Published by the MCP server "docs": its words, not the user\'s.',
      text: "Fields have names.\n",
    },
  });
});

test("a server's script does not run unless the configuration says so", async () => {
  const run = await executor.runSkill("other/pdf-forms", { scriptName: "fill.ts" });
  expect(run.error).toMatchObject({ code: "policy_denied", message: expect.stringContaining("may not run") });
  expect(run.error?.hint).toContain("mcpServers.other.skills.runScripts");
});

test("a server's script that may run calls tools of its own server", async () => {
  const run = await executor.runSkill("docs/pdf-forms", { scriptName: "fill.ts", args: ["hello"] });
  expect(run).toMatchObject({ success: true, value: { success: true, value: "echo hello" } });
});

test("a server's script reaches no other server, no skills and no results kept aside", async () => {
  executor.artifacts.save({ text: "private", mimeType: "text/plain", value: "private" });
  const own = await executor.execute(`
    import { artifacts } from "codemode";
    ({ seen: (await artifacts.list()).length, math: typeof math });
  `);
  expect(own.value).toEqual({ seen: 1, math: "object" });
  const reach = await executor.runSkill("docs/pdf-forms", { scriptName: "reach.ts", args: ["math__add"] });
  expect(reach.value).toMatchObject({ success: false, stderr: expect.stringContaining("docs") });
  const other = await executor.runSkill("docs/pdf-forms", { scriptName: "reach.ts", args: ["other__echo"] });
  expect(other.value).toMatchObject({ success: false });
  const spy = await executor.runSkill("docs/pdf-forms", { scriptName: "spy.ts" });
  expect(spy.value).toMatchObject({ success: true, value: { seen: [], skills: "policy_denied", math: "undefined" } });
});

test("agents are given the tools about skills as soon as a server publishes some", async () => {
  const alone = new ToolRegistry();
  const agent = new CodeModeExecutor(alone);
  const names = (): string[] => codemodeTools(agent).map(({ name }) => name);
  expect(names()).not.toContain("load_skill");
  alone.addServer({ name: "docs", ...server("honest") });
  await Promise.all(alone.skillSuppliers().map((supplier) => supplier.settled()));
  expect(names()).toEqual(expect.arrayContaining(["list_skills", "load_skill", "read_skill_resource", "run_skill"]));
  expect(names()).not.toContain("save_skill");
  const load = codemodeTools(agent).find(({ name }) => name === "load_skill");
  const result = await load?.execute({ name: "docs/pdf-forms" }, {});
  expect(result?.text).toMatch(/^Published by the MCP server "docs": its words, not the user's\./);
  await agent.close();
  await alone.close();
});
