import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { testFolder } from "../__fixtures__/run-cli.ts";
import { writeTree } from "./write-tree.ts";

const files = (entries: Record<string, string>): ReadonlyMap<string, string> => new Map(Object.entries(entries));

test("only what changed is written, and what is gone is removed", async () => {
  await using folder = await testFolder();
  await writeTree(folder.path, files({ "a.ts": "1", "b/c.ts": "2", "d.ts": "3" }));
  const untouched = (await stat(join(folder.path, "a.ts"))).mtimeMs;
  const tree = await writeTree(folder.path, files({ "a.ts": "1", "b/c.ts": "changed" }));
  expect(tree).toEqual({ written: ["b/c.ts"], unchanged: ["a.ts"], removed: ["d.ts"] });
  expect((await stat(join(folder.path, "a.ts"))).mtimeMs).toBe(untouched);
});

test("a file that was not generated is neither replaced nor removed", async () => {
  await using folder = await testFolder();
  await mkdir(join(folder.path, "servers"));
  await writeFile(join(folder.path, "servers/mine.ts"), "mine");
  await expect(writeTree(folder.path, files({ "first.ts": "x", "servers/mine.ts": "theirs" }))).rejects.toMatchObject({
    code: "config_error",
  });
  expect(await readFile(join(folder.path, "servers/mine.ts"), "utf8")).toBe("mine");
  expect(await readdir(folder.path)).toEqual(["servers"]);
});

test("a generated file that was changed by hand is not removed", async () => {
  await using folder = await testFolder();
  await writeTree(folder.path, files({ "a.ts": "1", "b.ts": "2" }));
  await writeFile(join(folder.path, "b.ts"), "changed by hand");
  expect(await writeTree(folder.path, files({ "a.ts": "1" }))).toMatchObject({ removed: [] });
  expect(await readFile(join(folder.path, "b.ts"), "utf8")).toBe("changed by hand");
});

test("what may not be removed stays ours for the next time", async () => {
  await using folder = await testFolder();
  await writeTree(folder.path, files({ "a.ts": "1", "b.py": "2" }));
  expect(await writeTree(folder.path, files({}), (path) => path.endsWith(".ts"))).toMatchObject({ removed: ["a.ts"] });
  expect(await writeTree(folder.path, files({}))).toMatchObject({ removed: ["b.py"] });
});

test.each(["../outside.ts", "/tmp/outside.ts", "a/../../outside.ts"])(
  "the path %s does not leave the folder",
  async (path) => {
    await using folder = await testFolder();
    await expect(writeTree(folder.path, files({ [path]: "x" }))).rejects.toMatchObject({ code: "internal" });
  },
);
