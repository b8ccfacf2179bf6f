import { expect, test, vi } from "vitest";
import { LargeText } from "../../base/steps/large-text.ts";
import type { JsonValue } from "../../base/json.ts";
import type { ArtifactPart } from "./artifact-part.ts";
import { ArtifactStore } from "./artifact-store.ts";
import { artifactValueAt, readArtifact } from "./read-artifact.ts";

const json = (value: readonly JsonValue[]) => ({ text: JSON.stringify(value), mimeType: "application/json", value });

test("a JSON artifact is previewed by its shape, a text by its beginning", () => {
  const store = new ArtifactStore();
  expect(store.save(json([{ id: 1, "odd key": "x" }])).preview).toBe(
    'Array<{ id: number, "odd key": string }> (1 items)',
  );
  expect(store.save({ text: "y".repeat(1_000), mimeType: "text/plain" }).preview).toBe(
    `${"y".repeat(400)}… (600 more characters)`,
  );
});

test("the oldest artifacts make room for new ones", () => {
  const store = new ArtifactStore({ capacityBytes: 100_000 });
  const first = store.save({ text: "a".repeat(60_000), mimeType: "text/plain" });
  const second = store.save({ text: "b".repeat(60_000), mimeType: "text/plain" });
  expect(store.list().map(({ id }) => id)).toEqual([second.id]);
  expect(() => store.get(first.id)).toThrow(`There is no artifact "${first.id}"`);
});

test("an artifact larger than the store is refused with its size", () => {
  expect(() => new ArtifactStore({ capacityBytes: 10 }).save({ text: "a".repeat(11), mimeType: "text/plain" })).toThrow(
    "11 bytes",
  );
});

test("a text is read by range, and says where to read on", () => {
  const artifact = new ArtifactStore().save({ text: "0123456789", mimeType: "text/plain" });
  expect(readArtifact(artifact, { offset: 2, limit: 3 })).toMatchObject({ text: "234", total: 10, nextOffset: 5 });
  expect(readArtifact(artifact, { offset: 8, limit: 3 })).not.toHaveProperty("nextOffset");
});

test.each<[number, string, readonly string[]]>([
  [1, "utf16", ["a", "😀", "b", "😀", "c"]],
  [2, "utf16", ["a", "😀", "b", "😀", "c"]],
  [3, "utf16", ["a😀", "b😀", "c"]],
  [2, "codePoints", ["a😀", "b😀", "c"]],
  [4, "codePoints", ["a😀b😀", "c"]],
])("read on by %i %s, a text is given in whole characters", (limit, unit, parts) => {
  const artifact = new ArtifactStore().save({ text: "a😀b😀c", mimeType: "text/plain" });
  const read: string[] = [];
  for (let offset: number | undefined = 0; offset !== undefined;) {
    const part: ArtifactPart = readArtifact(artifact, { offset, limit, unit: unit === "utf16" ? unit : "codePoints" });
    read.push(part.text);
    offset = part.nextOffset;
  }
  expect(read).toEqual(parts);
});

test("a text is read by line pattern, with line numbers", () => {
  const artifact = new ArtifactStore().save({ text: "ok\nerror 1\nok\nerror 2", mimeType: "text/plain" });
  expect(readArtifact(artifact, { pattern: "^error \\d" })).toMatchObject({ text: "2: error 1\n4: error 2", total: 2 });
});

test("a pattern that would backtrack for ever elsewhere is answered at once", () => {
  const artifact = new ArtifactStore().save({ text: `${"a".repeat(50_000)}!`, mimeType: "text/plain" });
  expect(readArtifact(artifact, { pattern: "^(a+)+$" }).total).toBe(0);
});

test("a JSON artifact is read by path: one place gives the value, several give a list", () => {
  const artifact = new ArtifactStore().save(json([{ id: 1 }, { id: 2 }]));
  expect(readArtifact(artifact, { path: "$[1].id" }).text).toBe("2");
  expect(artifactValueAt(artifact, "$[*].id")).toEqual([1, 2]);
});

test.each([
  [{ path: "$[" }, "cannot be used"],
  [{ path: "$[?match(@.id, 'a')]" }, "cannot be used"],
  [{ path: "$[7]" }, "Nothing is at $[7]"],
  [{ pattern: "(" }, "cannot be used"],
  [{ offset: -1 }, "offset is -1"],
  [{ limit: 0.5 }, "limit is 0.5"],
])("a bad selection %j is refused with a reason", (options, message) => {
  const artifact = new ArtifactStore().save(json([{ id: "a" }]));
  expect(() => readArtifact(artifact, options)).toThrow(message);
});

test("a path to some hundred thousand places leads to all of them", () => {
  const rows = Array.from({ length: 300_000 }, (_, id) => ({ id }));
  const store = new ArtifactStore({ capacityBytes: 100_000_000 });
  const artifact = store.save({ text: JSON.stringify(rows), mimeType: "application/json" });
  expect(artifactValueAt(artifact, "$[*].id")).toHaveLength(300_000);
});

test.each([
  ['[{"a":1},{"a":2}]', '[{"a":2}]'],
  [' [\n  ["x"],\n  ["y"]\n]\n', '[["y"]]'],
  ['{"a":1}\n{"a":2}\n', '[{"a":2}]'],
  ["[INFO] a,b\n1,2\n3,4", '[{"[INFO] a":"3","b":"4"}]'],
  ["[2026-11-29] a\nfirst\nsecond", '[{"[2026-11-29] a":"second"}]'],
])("rows of a text that nobody calls JSON go by its beginning: %s", async (text, second) => {
  const store = new ArtifactStore();
  const { id } = store.save({ text, mimeType: "text/plain" });
  expect(await store.rows(id, { path: "$", offset: 1, limit: 5 })).toBe(second);
});

test("rows are found by a path with its root or without, and what is no list says what is there", async () => {
  const store = new ArtifactStore();
  const { id } = store.save({ text: `{"a":{"items":[1,2,3]},"b":1}`, mimeType: "application/json" });
  const rows = (path: string): Promise<string> => store.rows(id, { path, offset: 1, limit: 5 });
  for (const path of ["$.a.items", "a.items", "['a'].items"]) expect(await rows(path)).toBe("[2,3]");
  await expect(rows("$.b")).rejects.toMatchObject({
    code: "invalid_arguments",
    message: expect.stringContaining("no list"),
  });
  await expect(rows("$.c")).rejects.toMatchObject({
    code: "invalid_arguments",
    message: expect.stringContaining("Nothing is at $.c"),
  });
  await store.close();
});

test("what large texts in memory hold is read in pieces, and is no string until somebody asks for one", async () => {
  const text = `[${"1,".repeat(2_000_000)}2]`;
  const store = new ArtifactStore();
  const bytes = [Buffer.from(text)];
  const { id } = store.save({ text: new LargeText(bytes, text.length), mimeType: "application/json" });
  expect(await store.rows(id, { path: "$", offset: 1_999_999, limit: 5 })).toBe("[1,2]");
  expect((await store.read(id, { offset: text.length - 3, limit: 9 })).text).toBe(",2]");
  expect(store.get(id).text === text).toBe(true);
  await store.close();
});

test("of readings that wait for the thread none holds a string of the text", async () => {
  const text = "some line\n".repeat(300_000);
  const store = new ArtifactStore();
  const { id } = store.save({ text: new LargeText([Buffer.from(text)], text.length), mimeType: "text/plain" });
  const toString = vi.spyOn(LargeText.prototype, "toString");
  const readings = Array.from({ length: 20 }, () => store.read(id, { pattern: "^other" }));
  await new Promise(setImmediate);
  expect(toString.mock.calls.length).toBeLessThanOrEqual(1);
  expect((await Promise.all(readings)).map(({ total }) => total)).toEqual(readings.map(() => 0));
  toString.mockRestore();
  await store.close();
});

test("JSON of millions of brackets is refused by any path, before a parser counts them", async () => {
  const store = new ArtifactStore();
  const { id } = store.save({ text: "[".repeat(5_000_000), mimeType: "application/json" });
  for (const path of ["$[0]", "$[?@.a]", "$..a"])
    await expect(store.readJson(id, path)).rejects.toMatchObject({
      code: "invalid_arguments",
      message: expect.stringContaining("not JSON"),
    });
  await store.close();
});
