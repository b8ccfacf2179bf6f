import { chmod, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { SecretStore } from "./secret-store.ts";

let home = "";
let store: SecretStore;

beforeEach(async () => {
  home = join(await mkdtemp(join(tmpdir(), "codemode-secrets-")), "home");
  store = new SecretStore({ CODEMODE_HOME: home });
});
afterEach(() => rm(join(home, ".."), { recursive: true, force: true }));

test("a value is kept in a file that only the user can read, and goes when it is removed", async () => {
  expect(store.read("secret A")).toBe(undefined);
  await store.write("secret A", "one");
  await store.write("secret B", { two: 2 });
  expect([store.read("secret A"), store.read("secret B"), store.read("constructor")]).toEqual([
    "one",
    { two: 2 },
    undefined,
  ]);
  expect(store.keys("secret ")).toEqual(["secret A", "secret B"]);
  expect((await stat(store.file)).mode & 0o777).toBe(0o600);
  expect((await stat(home)).mode & 0o777).toBe(0o700);
  await store.write("secret A", undefined);
  expect(store.keys("")).toEqual(["secret B"]);
  expect(await readdir(home)).toEqual(["credentials.json"]);
});

test("changes made at the same time all stay", async () => {
  const stores = Array.from({ length: 20 }, () => new SecretStore({ CODEMODE_HOME: home }));
  await Promise.all(stores.map((each, index) => each.write(`key ${index}`, index)));
  expect(store.keys("key ")).toHaveLength(20);
});

test("many values are kept in one change, beside those that are there", async () => {
  await store.write("secret A", "one");
  await store.writeAll({ "secret A": undefined, "secret B": 2, "secret C": [3] });
  expect(store.readAll()).toEqual({ "secret B": 2, "secret C": [3] });
});

test("a file that others can read is closed to them when it is read", async () => {
  await store.write("secret A", "one");
  await chmod(store.file, 0o644);
  expect(store.read("secret A")).toBe("one");
  expect((await stat(store.file)).mode & 0o777).toBe(0o600);
});

test("a damaged file is an error that names it, and is not written over", async () => {
  await store.write("secret A", "one");
  await writeFile(store.file, "{ not json");
  expect(() => store.read("secret A")).toThrow(`The file of logins ${store.file} cannot be read.`);
  await expect(store.write("secret B", "two")).rejects.toThrow("cannot be read");
});

test("work of one name never overlaps, and work of another does not wait for it", async () => {
  const steps: string[] = [];
  let proceed: () => void = () => {};
  const gate = new Promise<void>((resolve) => {
    proceed = resolve;
  });
  const first = store.locked("a", async () => {
    await gate;
    steps.push("first");
  });
  await store.locked("b", async () => void steps.push("other"));
  const second = store.locked("a", async () => void steps.push("second"));
  proceed();
  await Promise.all([first, second]);
  expect(steps).toEqual(["other", "first", "second"]);
});
