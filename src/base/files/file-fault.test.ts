import { readFileSync, renameSync } from "node:fs";
import { expect, test } from "vitest";
import { fileFault, systemFault } from "./file-fault.ts";

function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

/** What Node throws where folders are made one in the other on a file system of that kind. */
function madeOn(kind: string): () => never {
  return () => {
    throw Object.assign(new Error(`ENOENT: ${kind}`), { code: "ENOENT", syscall: "mkdir", path: "/media/a" });
  };
}

test.each([
  [() => readFileSync("/nowhere/file"), "/nowhere/file cannot be used: it does not exist."],
  [() => readFileSync("/dev/null/file"), "/dev/null/file cannot be used: a part of its path is not a folder."],
  [() => readFileSync("/"), "A file cannot be used: it is a folder."],
  [madeOn("read-only"), "/media/a cannot be made: nothing can be written there."],
  [() => renameSync("/nowhere/a", "/nowhere/b"), "/nowhere/b cannot be used: it does not exist."],
  [() => JSON.parse("{"), undefined],
])("an error of the system is said in words with its file: %s", (work, words) => {
  expect(systemFault(thrownBy(work))).toBe(words);
});

test("what the system says otherwise is said as it says it", () => {
  expect(fileFault(Object.assign(new Error("EXDEV: far away"), { code: "EXDEV" }))).toBe("EXDEV: far away");
  expect(fileFault(thrownBy(() => readFileSync("/")))).toBe("it is a folder");
  expect(fileFault("odd")).toBe("the reason is unknown");
});
