import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { newOwner } from "../base/processes/process-owner.ts";
import { Skills } from "./skills.ts";

const roots: string[] = [];

function newRoot(): string {
  const root = mkdtempSync(join(tmpdir(), "skills-"));
  roots.push(root);
  return root;
}

afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true, force: true });
});

const open = (root: string): Skills => new Skills({ directories: [root] });
const TS = "/** Adds two numbers. */\nexport function add(a: number, b: number): number {\n  return a + b;\n}\n";
const PY = '"""Reads a table.\n\nTags: csv\n"""\ndef read_table(path: str) -> list[dict]:\n    return []\n';
const codeOf = (code: string): unknown => expect.objectContaining({ code });

function putFolder(root: string, name: string, extra: Readonly<Record<string, string>> = {}): void {
  const files = { "SKILL.md": `---\nname: ${name}\ndescription: Works with ${name}.\n---\nDo it.\n`, ...extra };
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, name, path, ".."), { recursive: true });
    writeFileSync(join(root, name, path), text);
  }
}

test.each(["../x", "/x", ".", "", "x".repeat(300), "CON", "__proto__", "a\0b", "A"])(
  "the name %j is refused everywhere",
  async (name) => {
    const root = newRoot();
    const skills = open(root);
    await expect(skills.create({ name, code: TS })).rejects.toThrow(codeOf("invalid_arguments"));
    const attempts = ["get", "delete", "versions", "export"] as const;
    for (const attempt of attempts) {
      await expect(skills[attempt](name)).rejects.toThrow(codeOf("unknown_tool"));
    }
    expect(readdirSync(root)).toEqual([]);
  },
);

test("names that mean the same in code clash, on disk and when saving", async () => {
  const root = newRoot();
  const skills = open(root);
  putFolder(root, "read-table");
  writeFileSync(join(root, "read_table.py"), PY);
  writeFileSync(join(root, "Read_Table.ts"), TS);
  const { skills: found, problems } = await skills.list();
  expect(found.map(({ fileName }) => fileName)).toEqual(["read-table"]);
  expect(problems).toHaveLength(2);
  await expect(skills.create({ name: "read_table", code: PY })).rejects.toThrow(/conflict/);
});

test("links are not followed, neither files nor folders nor the directory itself", async () => {
  const root = newRoot();
  const other = newRoot();
  putFolder(other, "inside");
  putFolder(root, "real");
  writeFileSync(join(other, "add.ts"), TS);
  symlinkSync("/etc/passwd", join(root, "passwd.py"));
  symlinkSync(join(other, "add.ts"), join(root, "add.ts"));
  symlinkSync(join(other, "inside"), join(root, "inside"));
  symlinkSync("/etc/passwd", join(root, "real", "passwd.txt"));
  symlinkSync("/etc", join(root, "real", "references"));
  const skills = open(root);
  const { skills: found, problems } = await skills.list();
  expect(found.map(({ name }) => name)).toEqual(["real"]);
  expect(problems).toHaveLength(3);
  for (const name of ["passwd.txt", "references/passwd", "../passwd.py", "/etc/passwd", "references/../../add.ts"]) {
    await expect(skills.readResource("real", name)).rejects.toThrow(codeOf("unknown_tool"));
  }
  await expect(skills.save({ name: "add", code: `${TS}//` })).rejects.toThrow(codeOf("config_error"));
  expect(readFileSync(join(other, "add.ts"), "utf8")).toBe(TS);
  const link = join(newRoot(), "link");
  symlinkSync(other, link);
  const linked = open(link);
  expect(await linked.list()).toMatchObject({ total: 0, problems: [{ path: link }] });
  await expect(linked.create({ name: "x", code: TS })).rejects.toThrow(codeOf("config_error"));
});

test("broken, huge and strange entries are set aside with a reason and hide nobody", async () => {
  const root = newRoot();
  writeFileSync(join(root, "add.ts"), TS);
  writeFileSync(join(root, "broken.ts"), "export function (");
  writeFileSync(join(root, "huge.ts"), `//${"x".repeat(10 * 1024 * 1024)}`);
  writeFileSync(join(root, "binary.py"), Buffer.from([0, 255, 254]));
  mkdirSync(join(root, "bad"));
  writeFileSync(join(root, "bad", "SKILL.md"), "---\n{{{\n---\n");
  mkdirSync(join(root, "large"));
  writeFileSync(
    join(root, "large", "SKILL.md"),
    `---\nname: large\ndescription: d\n---\n${"x".repeat(10 * 1024 * 1024)}`,
  );
  writeFileSync(join(root, "README.md"), "no skill");
  const skills = open(root);
  const { skills: found, problems } = await skills.list();
  expect(found.map(({ name }) => name)).toEqual(["add"]);
  expect(problems.map(({ path }) => path.slice(root.length + 1)).sort()).toEqual([
    "bad",
    "binary.py",
    "broken.ts",
    "huge.ts",
    "large",
  ]);
  await expect(skills.get("broken")).rejects.toThrow(/set aside.*line 1/);
  await skills.save({ name: "broken", code: TS, language: "typescript" });
  expect((await skills.list()).total).toBe(2);
});

test("without a directory a skill to be saved asks for one", async () => {
  const skills = new Skills({ directories: [] });
  await expect(skills.create({ name: "add", code: TS })).rejects.toThrow(codeOf("config_error"));
});

test("a read-only set of skills refuses every change and leaves nothing behind", async () => {
  const root = newRoot();
  writeFileSync(join(root, "add.ts"), TS);
  const skills = new Skills({ directories: [root], readOnly: true });
  const bundle = await skills.export("add");
  const changes = [
    () => skills.create({ name: "x", code: TS }),
    () => skills.update("add", { code: TS }),
    () => skills.delete("add"),
    () => skills.restore("add", 1),
    () => skills.import(bundle),
  ];
  for (const change of changes) await expect(change()).rejects.toThrow(codeOf("policy_denied"));
  await skills.close();
  expect(readdirSync(root)).toEqual(["add.ts"]);
});

test.each(["../x", "/x", "a/../b", "a\\b", "con", ".git/x", "a//b", "x\0", "skill.md"])(
  "a folder with a file called %j is refused",
  async (path) => {
    const skills = open(newRoot());
    const document = { path: "SKILL.md", text: "---\nname: x\ndescription: D.\n---\n" };
    await expect(skills.create({ name: "x", files: [document, { path, text: "" }] })).rejects.toThrow(
      codeOf("invalid_arguments"),
    );
  },
);

test("a damaged index costs time only, and a forged one is not believed", async () => {
  const root = newRoot();
  for (let index = 0; index < 60; index++) writeFileSync(join(root, `s${index}.ts`), TS);
  const first = open(root);
  await first.list();
  await first.close();
  const path = join(root, ".skills", "index.json");
  const whole = readFileSync(path, "utf8");
  for (const text of [
    whole.slice(0, 999),
    "",
    "{}",
    whole.replace("Adds two", "Steals your"),
    whole.replaceAll('"skill"', '"skull"'),
  ]) {
    writeFileSync(path, text);
    const { skills, problems } = await open(root).list();
    expect([skills.length, problems.length, skills[0]?.description]).toEqual([60, 0, "Adds two numbers."]);
  }
});

test("a folder that a killed writer had taken away is put back from its version", async () => {
  const root = newRoot();
  const files = [{ path: "SKILL.md", text: "---\nname: pdf-tools\ndescription: D.\n---\nDo.\n" }];
  await open(root).create({ name: "pdf-tools", files });
  mkdirSync(join(root, ".skills", "pending"));
  writeFileSync(join(root, ".skills", "pending", "pdf_tools"), "");
  rmSync(join(root, "pdf-tools"), { recursive: true });
  expect(await open(root).get("pdf-tools")).toMatchObject({ instructions: "Do.\n", changedOutside: false });
  expect(readdirSync(join(root, ".skills", "pending"))).toEqual([]);
});

test("the lock of a writer that is gone does not keep others away, that of a living one does", async () => {
  const root = newRoot();
  const skills = open(root);
  await skills.create({ name: "add", code: TS });
  const lock = join(root, ".skills", "locks", "add");
  writeFileSync(lock, newOwner(999_999_999));
  await skills.update("add", { code: `${TS}//2` });
  writeFileSync(lock, newOwner());
  await expect(skills.update("add", { code: TS })).rejects.toThrow(codeOf("busy"));
});
