import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync, appendFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
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

test("a file somebody puts there is a skill at the next look, without anything beside it", async () => {
  const root = newRoot();
  const skills = open(root);
  expect((await skills.list()).skills).toEqual([]);
  writeFileSync(join(root, "add.ts"), TS);
  writeFileSync(join(root, "read_table.py"), PY);
  putFolder(root, "pdf-tools", { "scripts/extract.py": "print(1)\n", "references/GUIDE.md": "Guide." });
  const { skills: found, problems } = await skills.list();
  expect(problems).toEqual([]);
  expect(found.map(({ name, kind }) => [name, kind])).toEqual([
    ["add", "code"],
    ["pdf-tools", "folder"],
    ["read_table", "code"],
  ]);
  expect(found.every(({ changedOutside, provenance }) => !changedOutside && provenance === undefined)).toBe(true);
  expect(readdirSync(root)).not.toContain(".skills");
  appendFileSync(join(root, "add.ts"), "export const x = () => 1;\n");
  expect(await skills.get("add")).toMatchObject({ functions: [{ name: "add" }, { name: "x" }], entry: "add" });
  rmSync(join(root, "add.ts"));
  await expect(skills.get("add")).rejects.toThrow(codeOf("unknown_tool"));
});

test("a skill is created, changed, listed with its versions, restored, deleted and brought back", async () => {
  const root = newRoot();
  const skills = open(root);
  const created = await skills.create({
    name: "add",
    code: TS,
    tags: ["math"],
    provenance: { kind: "run", runId: "run_1" },
  });
  expect(created).toMatchObject({
    description: "Adds two numbers.",
    tags: ["math"],
    savedVersion: 1,
    provenance: { runId: "run_1" },
  });
  const changed = await skills.update("add", { code: TS.replace("a + b", "b + a"), provenance: { kind: "person" } });
  expect(changed).toMatchObject({
    savedVersion: 2,
    createdAt: created.createdAt,
    tags: ["math"],
    changedOutside: false,
  });
  expect((await skills.versions("add")).map(({ version, isCurrent }) => [version, isCurrent])).toEqual([
    [2, true],
    [1, false],
  ]);
  await skills.restore("add", 1);
  expect(await skills.get("add")).toMatchObject({ code: TS, savedVersion: 3, provenance: { kind: "run" } });
  await skills.delete("add");
  await expect(skills.get("add")).rejects.toThrow(codeOf("unknown_tool"));
  expect((await skills.versions("add"))[0]).toMatchObject({ version: 4, isDeletion: true });
  await skills.restore("add", 3);
  expect(await skills.get("add")).toMatchObject({ code: TS, savedVersion: 5 });
});

test("twenty versions are kept", async () => {
  const skills = open(newRoot());
  await skills.create({ name: "add", code: TS });
  for (let round = 0; round < 24; round++) await skills.update("add", { code: `${TS}// ${round}\n` });
  const versions = await skills.versions("add");
  expect(versions.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, (_, index) => 25 - index));
});

test("a description and tags go into code that has none, and stand beside code that has", async () => {
  const skills = open(newRoot());
  await skills.create({ name: "one", code: "export const one = () => 1;", description: "Gives */ one.", tags: ["n"] });
  expect(await skills.get("one")).toMatchObject({ description: "Gives *\\/ one.", tags: ["n"] });
  await skills.create({
    name: "two",
    code: "def two():\n    return 2\n",
    description: 'Says """two"".\\',
    tags: ["n"],
  });
  expect(await skills.get("two")).toMatchObject({ language: "python", description: 'Says """two"".\\', tags: ["n"] });
  await skills.create({ name: "add", code: TS, description: "Other." });
  expect(await skills.get("add")).toMatchObject({ description: "Other.", code: TS });
  expect(await skills.update("add", { tags: ["x"] })).toMatchObject({ description: "Other.", tags: ["x"] });
});

test("a change from outside is used, flagged, and kept as a version before the next one", async () => {
  const root = newRoot();
  const skills = open(root);
  await skills.create({ name: "add", code: TS, provenance: { kind: "person" } });
  writeFileSync(join(root, "add.ts"), `${TS}// mine\n`);
  const found = await skills.get("add");
  expect(found).toMatchObject({ changedOutside: true, code: `${TS}// mine\n` });
  expect(found).not.toHaveProperty("provenance");
  await skills.update("add", { code: TS });
  expect(await skills.get("add")).toMatchObject({ changedOutside: false });
  await skills.restore("add", 2);
  expect(await skills.get("add")).toMatchObject({ code: `${TS}// mine\n`, changedOutside: false });
});

test("a file put where a skill was deleted is a new skill, not a changed one", async () => {
  const root = newRoot();
  const skills = open(root);
  await skills.create({ name: "add", code: TS });
  await skills.delete("add");
  writeFileSync(join(root, "add.ts"), `${TS}// new\n`);
  expect(await skills.get("add")).toMatchObject({ changedOutside: false });
});

test("code that does not parse is not saved, with the place", async () => {
  const root = newRoot();
  const skills = open(root);
  const broken = skills.create({ name: "x", code: "export function x( {", language: "typescript" });
  await expect(broken).rejects.toThrow(
    expect.objectContaining({ code: "syntax_error", details: expect.objectContaining({ line: 1 }) }),
  );
  await expect(skills.create({ name: "x", code: "def x(:\n  pass" })).rejects.toThrow(codeOf("syntax_error"));
  await expect(skills.create({ name: "x", code: `// ${"x".repeat(300_000)}` })).rejects.toThrow(
    codeOf("code_too_large"),
  );
  expect((await skills.list()).total).toBe(0);
});

test("an injected check decides, for Python also where the parser here is too strict", async () => {
  const root = newRoot();
  const skills = new Skills({
    directories: [root],
    check: async ({ code }) => (code.includes("bad") ? [{ message: "No bad.", line: 2, column: 3 }] : []),
  });
  await expect(skills.create({ name: "x", code: "export const x =\n  bad;" })).rejects.toThrow(
    expect.objectContaining({ code: "type_error", message: "No bad.", details: expect.objectContaining({ line: 2 }) }),
  );
  const strange = "def x(a):\n    with (\n        a as b,\n    ):\n        pass\n    f = lambda a, /, b: a\n";
  await skills.create({ name: "x", code: strange, language: "python" });
  expect(await skills.get("x")).toMatchObject({ code: strange, entry: "x" });
});

test("of two writers one wins and the other gets a conflict", async () => {
  const root = newRoot();
  const [one, two] = [open(root), open(root)];
  const results = await Promise.allSettled([
    one.create({ name: "add", code: TS }),
    two.create({ name: "add", code: `${TS}//2` }),
  ]);
  expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
  expect(results.find(({ status }) => status === "rejected")).toMatchObject({
    reason: { code: "busy", message: expect.stringContaining("conflict") },
  });
  const before = await one.get("add");
  await two.update("add", { code: `${TS}//3` });
  await expect(one.update("add", { code: TS, ifHash: before.hash })).rejects.toThrow(/conflict/);
});

test("the first directory counts, and what it hides is visible as such", async () => {
  const [project, user] = [newRoot(), newRoot()];
  const skills = new Skills({ directories: [project, { path: user, readOnly: true }] });
  writeFileSync(join(project, "add.ts"), TS);
  writeFileSync(join(user, "add.py"), "def add(): pass\n");
  writeFileSync(join(user, "other.py"), "def other(): pass\n");
  const { skills: found } = await skills.list({ includeShadowed: true });
  expect(found.map(({ fileName, directory, shadowedBy }) => [fileName, directory, shadowedBy])).toEqual([
    ["add.ts", "project", undefined],
    ["other.py", "user", undefined],
    ["add.py", "user", "project"],
  ]);
  await expect(skills.update("other", { code: "def other(): return 1\n" })).rejects.toThrow(codeOf("policy_denied"));
  await skills.create({ name: "other", code: "def other(): return 2\n" });
  expect(await skills.get("other")).toMatchObject({ directory: "project" });
});

test("a skill moves to another directory as a bundle, and a changed bundle is refused", async () => {
  const [from, to] = [newRoot(), newRoot()];
  putFolder(from, "pdf-tools", { "scripts/a.py": "print(1)\n", "assets/b.bin": "\u0000\u0001" });
  writeFileSync(join(from, "add.ts"), TS);
  const [source, target] = [open(from), open(to)];
  for (const name of ["pdf-tools", "add"]) {
    const bundle: unknown = JSON.parse(JSON.stringify(await source.export(name)));
    await expect(target.import({ ...Object(bundle), hash: "0".repeat(64) })).rejects.toThrow(
      codeOf("invalid_arguments"),
    );
    const imported = await target.import(bundle, { provenance: { kind: "import", from: "a friend" } });
    expect(imported).toMatchObject({
      hash: (await source.get(name)).hash,
      provenance: { kind: "import", from: "a friend" },
    });
  }
  expect(await target.readResource("pdf-tools", "b.bin")).toMatchObject({ base64: "AAE=", bytes: 2 });
});

test("a folder skill is saved, replaced, restored and deleted as a whole", async () => {
  const root = newRoot();
  const skills = open(root);
  const document = { path: "SKILL.md", text: "---\nname: pdf-tools\ndescription: D.\n---\nDo.\n" };
  await skills.create({ name: "pdf-tools", files: [document, { path: "scripts/a.py", text: "x = 1\n" }] });
  await skills.update("pdf-tools", { files: [document, { path: "references/G.md", text: "G" }] });
  const files = async (): Promise<string[]> => {
    const skill = await skills.get("pdf-tools");
    return skill.kind === "folder" ? skill.files.map(({ path }) => path) : [];
  };
  expect(await files()).toEqual(["SKILL.md", "references/G.md"]);
  await skills.restore("pdf-tools", 1);
  expect(await files()).toEqual(["SKILL.md", "scripts/a.py"]);
  expect(await skills.readScript("pdf-tools", "a")).toEqual({
    path: "scripts/a.py",
    language: "python",
    code: "x = 1\n",
  });
  await skills.delete("pdf_tools");
  expect((await skills.list()).total).toBe(0);
  expect(readdirSync(join(root, ".skills", "staging"))).toEqual([]);
});

test("skills that use each other in a circle, or too deep, are refused", async () => {
  const skills = open(newRoot());
  const use = (name: string, used: string): string =>
    `import { f } from "skills/${used}";\nexport const ${name} = () => f();\n`;
  await skills.create({ name: "a", code: use("a", "b") });
  expect(await skills.dependencies("a")).toEqual({ skills: [], missing: ["b"], depth: 1 });
  await expect(skills.create({ name: "b", code: use("b", "a") })).rejects.toThrow(/b → a → b/);
  for (let level = 1; level <= 8; level++)
    await skills.create({ name: `c${level}`, code: use(`c${level}`, `c${level - 1}`) });
  await expect(skills.create({ name: "c9", code: use("c9", "c8") })).rejects.toThrow(codeOf("call_limit"));
});

test("skills are found by words and tags, as tools of kind skill", async () => {
  const root = newRoot();
  writeFileSync(join(root, "add.ts"), TS);
  writeFileSync(join(root, "read_table.py"), PY);
  const skills = open(root);
  expect((await skills.search("read a csv table")).skills[0]).toMatchObject({ name: "read_table" });
  expect((await skills.list({ tags: ["csv"] })).skills.map(({ name }) => name)).toEqual(["read_table"]);
  expect((await skills.catalog()).get("skills__add")).toMatchObject({
    meta: { kind: "skill", language: "typescript" },
  });
});

test("whoever watches hears of a new file", async () => {
  const root = newRoot();
  const skills = open(root);
  await skills.list();
  const heard = new Promise<void>((resolve) => {
    skills.watch(resolve);
  });
  writeFileSync(join(root, "add.ts"), TS);
  await heard;
  await skills.close();
  expect((await skills.list()).total).toBe(1);
});

test("a folder that the specification would refuse can be moved, but not saved anew", async () => {
  const [from, to] = [newRoot(), newRoot()];
  putFolder(from, "long", { "SKILL.md": `---\nname: Long One\ndescription: ${"d".repeat(2_000)}\n---\nDo.\n` });
  const bundle = await open(from).export("long");
  expect(await open(to).import(bundle)).toMatchObject({ title: "Long One" });
  await expect(open(to).save({ name: "long", files: bundle.files })).rejects.toThrow(codeOf("invalid_arguments"));
});
