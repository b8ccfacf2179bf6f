import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ArtifactStore, summarizeArtifact } from "./artifact-store.ts";

let directory: string;
const opened: ArtifactStore[] = [];

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "artifacts-"));
});

afterEach(async () => {
  for (const store of opened.splice(0)) await store.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A store of another process, as far as the folder can tell. */
function open(options: { readonly capacityBytes?: number; readonly keepDays?: number } = {}): ArtifactStore {
  const store = new ArtifactStore({ directory, ...options });
  opened.push(store);
  return store;
}

describe("artifacts in a folder", () => {
  test("outlive the process that made them, byte for byte", () => {
    const text = `{"rows":[${'"Grüße 😀",'.repeat(10_000)}null]}`;
    const { id, path = "" } = open().save({ text, mimeType: "application/json", name: "rows", value: [] });
    expect(open().get(id)).toMatchObject({ id, text, name: "rows", bytes: Buffer.byteLength(text), path });
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  test("are nothing outside of the folder, whatever its list says", () => {
    const outside = `${directory}-outside.txt`;
    writeFileSync(outside, "of somebody else");
    const { id } = open().save({ text: "kept", mimeType: "text/plain" });
    const stranger = `../${basename(directory)}-outside`;
    for (const savedAt of [0, Date.now()]) {
      const entry = { id: stranger, mimeType: "text/plain", bytes: 1, preview: "", savedAt };
      writeFileSync(join(directory, "list.jsonl"), `\n${JSON.stringify(entry)}`, { flag: "a" });
    }
    expect(open().list()).toMatchObject([{ id }]);
    open({ keepDays: 0 }).clear();
    expect(readFileSync(outside, "utf8")).toBe("of somebody else");
    rmSync(outside);
  });

  test("of which the disk takes only a part leave nothing behind, and say what is in the way", () => {
    const script = `
      import { ArtifactStore } from ${JSON.stringify(new URL("../../../dist/runs/artifacts/artifact-store.js", import.meta.url).href)};
      const store = new ArtifactStore({ directory: process.argv[1] });
      const { id } = store.save({ text: "kept", mimeType: "text/plain" });
      try {
        store.save({ text: "x".repeat(900_000), mimeType: "text/plain" });
      } catch ({ code, message }) {
        console.log(JSON.stringify({ code, message, kept: store.get(id).text, left: store.list().length }));
      }`;
    // No file of this process may have more than 100 blocks, as on a disk that is full then.
    const limited = 'trap "" XFSZ; ulimit -f 100; exec "$0" --input-type=module -e "$1" "$2"';
    const { stdout, stderr } = spawnSync("sh", ["-c", limited, process.execPath, script, directory], {
      encoding: "utf8",
    });
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toEqual({
      code: "config_error",
      message: "The artifact cannot be kept: it would be too large for the file system.",
      kept: "kept",
      left: 1,
    });
    expect(readdirSync(directory).filter((name) => name.startsWith("art_"))).toHaveLength(1);
  });

  test("are found by another process that was open before", () => {
    const [one, other] = [open(), open()];
    expect(other.list()).toEqual([]);
    const { id } = one.save({ text: "late", mimeType: "text/plain" });
    expect(other.get(id).text).toBe("late");
  });

  test("are found by words in any form, the best first, and no longer once they are gone", async () => {
    const store = open();
    const invoices = store.save({ text: "An invoice that is overdue, invoices and invoices.", mimeType: "text/plain" });
    const mention = store.save({
      text: "One overdue invoice among many other words of a letter",
      mimeType: "text/plain",
    });
    store.save({ text: "Nothing of the kind", mimeType: "text/plain" });
    const found = await open().search("overdue invoices");
    expect(found.map(({ id }) => id)).toEqual([invoices.id, mention.id]);
    expect(found[0]).toMatchObject({ mimeType: "text/plain", snippet: expect.stringContaining("overdue") });
    store.clear();
    expect(await store.search("overdue invoices")).toEqual([]);
  });

  test("are found to their last word also where a process died while they were taken into the index", async () => {
    const { id } = open().save({ text: `${"first words ".repeat(300_000)} last`, mimeType: "text/plain" });
    const dying = `
      import Database from "libsql";
      import { ArtifactStore } from ${JSON.stringify(new URL("../../../dist/runs/artifacts/artifact-store.js", import.meta.url).href)};
      const directory = ${JSON.stringify(directory)};
      void new ArtifactStore({ directory }).search("last");
      const rows = () => {
        try {
          const database = new Database(directory + "/search.db", { fileMustExist: true });
          const { made } = database.prepare("SELECT COUNT(*) AS made FROM texts").get();
          database.close();
          return made;
        } catch {
          return 0;
        }
      };
      const look = () => (rows() > 0 ? process.kill(process.pid, "SIGKILL") : setImmediate(look));
      look();`;
    const died = spawnSync(process.execPath, ["--input-type=module", "-e", dying], { encoding: "utf8" });
    expect([died.signal, died.stderr]).toEqual(["SIGKILL", ""]);
    expect((await open().search("last")).map((found) => found.id)).toEqual([id]);
  });

  test("make room for newer ones, and end after their days", () => {
    const store = open({ capacityBytes: 30_000 });
    const ids = ["a", "b", "c", "d"].map((text) => store.save({ text: text.repeat(5_000), mimeType: "text/plain" }).id);
    expect(
      open()
        .list()
        .map(({ id }) => id),
    ).toEqual(ids.slice(1));
    expect(open({ keepDays: -1 }).list()).toEqual([]);
    expect(readdirSync(directory).filter((file) => file.endsWith(".txt"))).toEqual([]);
  });

  test("a line that a crash cut is left out, and the others stay", () => {
    const before = open().save({ text: "before", mimeType: "text/plain" }).id;
    writeFileSync(join(directory, "list.jsonl"), '\n{"id":"art_', { flag: "a" });
    const after = open().save({ text: "after", mimeType: "text/plain" }).id;
    expect(open().list().map(summarizeArtifact)).toMatchObject([
      { id: before, preview: "before" },
      { id: after, preview: "after" },
    ]);
  });
});

test("artifacts in memory are found by words too", async () => {
  const store = new ArtifactStore();
  const { id } = store.save({ text: "x ".repeat(500) + "the Needle here", mimeType: "text/plain" });
  expect(await store.search("needle")).toMatchObject([{ id, snippet: expect.stringContaining("Needle") }]);
  expect(await store.search("needle thread")).toEqual([]);
  await store.close();
});
