import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { Skills } from "./skills.ts";

// Processes run built files.
const MODULE = fileURLToPath(new URL("../../dist/skills/skills.js", import.meta.url));
const roots: string[] = [];

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "skills-"));
  roots.push(root);
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

interface Writer {
  readonly lines: () => readonly string[];
  readonly firstLine: Promise<unknown>;
  readonly exited: Promise<unknown>;
  readonly kill: () => void;
  /** Sends a line to the process. */
  readonly go: () => void;
}

/** Starts a process that runs `body` with `skills`, the number `start` and `say`, which writes a line at once. */
function startWriter(root: string, body: string, start = 0): Writer {
  const code = `import { writeSync } from "node:fs";
import { Skills } from ${JSON.stringify(MODULE)};
const skills = new Skills({ directories: [${JSON.stringify(root)}] });
const start = ${start};
const say = (line) => writeSync(1, line + "\\n");
${body}`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], { stdio: ["pipe", "pipe", "inherit"] });
  let output = "";
  child.stdout.on("data", (data: Buffer) => {
    output += data.toString();
  });
  return {
    lines: () => output.split("\n").slice(0, -1),
    firstLine: once(child.stdout, "data"),
    exited: once(child, "close"),
    kill: () => child.kill("SIGKILL"),
    go: () => child.stdin.write("go\n"),
  };
}

/** Saves and deletes one code and one folder skill for ever, saying before and after each step what it is. */
const LOOP = `await skills.list();
for (let i = start; ; i++) {
  const file = (path) => ({ path, text: "---\\nname: k-folder\\ndescription: d\\n---\\n" + i + "x".repeat(5000) });
  const steps = {
    code: i % 4 === 3 ? () => skills.delete("k_code") : () => skills.save({ name: "k_code", code: "export const k_code = () => " + i + "; //" + "x".repeat(5000) }),
    folder: i % 4 === 2 ? () => skills.delete("k-folder") : () => skills.save({ name: "k-folder", files: [file("SKILL.md"), file("assets/a.txt"), file("assets/b.txt")] }),
  };
  const gone = { code: i % 4 === 3, folder: i % 4 === 2 };
  for (const kind of ["code", "folder"]) {
    say("begin " + kind + " " + (gone[kind] ? "gone" : i));
    try { await steps[kind](); } catch (error) { if (error.code !== "unknown_tool") { say("error " + error.message); process.exit(1); } }
    say("done " + kind + " " + (gone[kind] ? "gone" : i));
  }
}`;

/** What is in place: a number when all of it belongs to that step. */
async function stateOf(skills: Skills, kind: string): Promise<string> {
  const { skills: found, problems } = await skills.list();
  expect(problems).toEqual([]);
  const skill = found.find((candidate) => candidate.kind === kind);
  if (skill === undefined) return "gone";
  expect(skill.changedOutside).toBe(false);
  expect((await skills.versions(skill.name)).some(({ isCurrent }) => isCurrent)).toBe(true);
  const { files } = await skills.export(skill.name);
  const steps = files.map((file) =>
    "text" in file ? /(?:=> |---\n)(\d+)(?:; \/\/)?x{5000}$/.exec(file.text)?.[1] : undefined,
  );
  expect(files).toHaveLength(kind === "code" ? 1 : 3);
  return [...new Set(steps)].join(" and ");
}

async function killRounds(rounds: number): Promise<number> {
  const root = newRoot();
  const acknowledged: Record<string, string> = { code: "gone", folder: "gone" };
  let start = 0;
  let done = 0;
  for (let round = 0; round < rounds; round++) {
    const writer = startWriter(root, LOOP, start);
    await writer.firstLine;
    // The moment of the kill is the point of the test, so it is left to chance.
    await delay(Math.random() * 150);
    writer.kill();
    await writer.exited;
    const begun: Record<string, string> = {};
    for (const line of writer.lines()) {
      const [word = "", kind = "", state = ""] = line.split(" ");
      expect(word === "error" ? line : "").toBe("");
      if (word === "begin") begun[kind] = state;
      else {
        acknowledged[kind] = state;
        delete begun[kind];
        done++;
      }
      if (state !== "gone") start = Number(state);
    }
    const skills = new Skills({ directories: [root] });
    for (const kind of ["code", "folder"]) {
      const state = await stateOf(skills, kind);
      expect([acknowledged[kind], begun[kind]]).toContain(state);
      acknowledged[kind] = state;
    }
    start++;
  }
  return done;
}

/** Processes that are killed, of two writers at a time. */
const KILLS = Number(process.env["CODEMODE_SKILL_KILLS"] ?? 40);

test("kills at any moment leave no half skill and lose no acknowledged one", { timeout: 300_000 }, async () => {
  const done = await Promise.all([killRounds(KILLS / 2), killRounds(KILLS / 2)]);
  console.info(`steps acknowledged before a kill: ${done.join(" and ")}`);
  expect(Math.min(...done)).toBeGreaterThan(5);
});

test("of two processes that save one name at once, one wins and the other gets a conflict", async () => {
  const root = newRoot();
  const body = (who: number): string => `say("ready");
await new Promise((resolve) => process.stdin.once("data", resolve));
for (let round = 0; round < 20; round++) {
  await skills.create({ name: "r" + round, code: "export const f = () => ${who};" })
    .then(() => say("won " + round), (error) => say(error.code + " " + round + " " + /conflict/.test(error.message)));
}
process.exit(0);`;
  const children = [1, 2].map((who) => startWriter(root, body(who)));
  await Promise.all(children.map(({ firstLine }) => firstLine));
  for (const child of children) child.go();
  await Promise.all(children.map(({ exited }) => exited));
  const lines = children.flatMap((child) => child.lines().slice(1));
  for (let round = 0; round < 20; round++) {
    const results = lines.filter((line) => line.split(" ")[1] === String(round)).sort();
    expect(results).toEqual([`busy ${round} true`, `won ${round}`]);
  }
  expect(await new Skills({ directories: [root] }).list()).toMatchObject({ total: 20, problems: [] });
});
