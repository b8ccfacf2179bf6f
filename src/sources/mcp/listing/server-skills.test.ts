import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { SkillSupplier, SuppliedSkills } from "../../../skills/shelves/server/skill-supplier.ts";
import type { ToolSource } from "../../source.ts";
import { hostileServer, openSource, until } from "../__fixtures__/hostile-source.ts";
import type { McpServerInput } from "../server-input.ts";

const script = fileURLToPath(new URL("../__fixtures__/skills-server.mjs", import.meta.url));

function open(mode: string, more: McpServerInput = {}): { source: ToolSource; skills: SkillSupplier } {
  const source = openSource({ command: process.execPath, args: [script, mode], ...more }, {}, "docs");
  const { skills } = source;
  if (skills === undefined) throw new Error("An MCP source can have skills.");
  return { source, skills };
}

const names = ({ skills }: SuppliedSkills): string[] => skills.map(({ name }) => name);
const reasons = ({ problems }: SuppliedSkills): string =>
  problems.map(({ path, reason }) => `${path}: ${reason}`).join("\n");

test("a server's skills are listed with their files, and a file is read when it is asked for", async () => {
  const { skills } = open("honest");
  const known = await skills.settled();
  expect(known).toMatchObject({ status: "ready", problems: [] });
  const [skill] = known.skills;
  expect(skill?.files.map(({ path }) => path)).toContain("references/guide.md");
  if (skill === undefined) throw new Error("none");
  expect((await skills.read(skill, "references/guide.md")).toString()).toBe("Fields have names.\n");
  expect([...(await skills.read(skill, "assets/dot.png"))]).toEqual([137, 80, 78, 71, 0, 255]);
});

test("content that is not what the list says is refused, sets its skill aside, and costs no other skill", async () => {
  const { skills } = open("liar");
  const { skills: listed } = await skills.settled();
  const [good, bad] = listed;
  if (good === undefined || bad === undefined) throw new Error("none");
  await expect(skills.read(bad, "extra.md")).rejects.toMatchObject({
    code: "unknown_tool",
    message: expect.stringContaining("set aside"),
  });
  await expect(skills.read(bad, "SKILL.md")).rejects.toThrow("set aside");
  expect(names(skills.known())).toEqual(["good"]);
  expect(reasons(skills.known())).toContain("skill://bad/SKILL.md: The server sent other content than it lists");
  expect((await skills.read(good, "SKILL.md")).toString()).toContain("# good");
});

test("files without digests, and names that are devices somewhere, set one skill aside", async () => {
  const live = await open("dynamic").skills.settled();
  expect(names(live)).toEqual(["still"]);
  expect(reasons(live)).toContain("have no digests");
  const devices = await open("devices").skills.settled();
  expect(names(devices)).toEqual(["fine"]);
  expect(reasons(devices)).toContain("aux.md is not accepted");
});

test("a list that never comes or never ends is given up, with the tools unharmed", async () => {
  for (const mode of ["silent", "endless"]) {
    const { source, skills } = open(mode, { connectTimeoutMs: 3_000 });
    expect((await source.settled()).tools).toHaveLength(1);
    const known = await skills.settled();
    expect(known).toMatchObject({ status: "failed", skills: [] });
    expect(reasons(known)).toContain("Its list of skills could not be had");
  }
});

test("a server without the extension has none, one that cannot start fails, and one may be told not to be asked", async () => {
  const plain = openSource(hostileServer("plain"));
  expect(await plain.skills?.settled()).toMatchObject({ status: "none", problems: [] });
  const dead = openSource(hostileServer("crash-at-start"));
  expect(await dead.skills?.settled()).toMatchObject({ status: "failed", skills: [] });
  const unasked = open("honest", { skills: { enabled: false } });
  expect(await unasked.skills.settled()).toMatchObject({ status: "none" });
});

test("a change a server announces is picked up", async () => {
  const { source, skills } = open("growing");
  await skills.settled();
  await source.call("echo", { text: "grow" });
  await until(source, () => names(skills.known()).includes("new-one"));
  expect(names(skills.known())).toContain("pdf-forms");
});

test("a skill the server does not list is found by its URI", async () => {
  const { skills } = open("unlisted");
  expect(names(await skills.settled())).toEqual([]);
  expect(await skills.find("skill://nothing/SKILL.md")).toBeUndefined();
  expect(await skills.find("skill://hidden/SKILL.md")).toMatchObject({ name: "hidden" });
  expect(names(skills.known())).toEqual(["hidden"]);
});

test("scripts of a skill may run only where the configuration names the skill", async () => {
  const { skills } = open("honest", { skills: { runScripts: ["pdf-*"] } });
  const [skill] = (await skills.settled()).skills;
  if (skill === undefined) throw new Error("none");
  expect(skills.mayRun(skill)).toBe(true);
  expect(open("honest").skills.mayRun(skill)).toBe(false);
});
