import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { fileFault } from "./file-fault.ts";
import { assertFile, readText } from "./read-file.ts";

const folder = mkdtempSync(join(tmpdir(), "codemode-read-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const at = (name: string): string => join(folder, name);

test.skipIf(process.platform === "win32")(
  "what is no file is refused in words, with its place, and not waited for",
  async () => {
    execFileSync("mkfifo", [at("pipe")]);
    symlinkSync(at("pipe"), at("link"));
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(at("socket"), resolve));
    for (const [path, kind] of [
      [at("pipe"), "a named pipe"],
      [at("link"), "a named pipe"],
      [at("socket"), "a socket"],
      [folder, "a folder"],
      ["/dev/null", "a device"],
    ] as const) {
      const refused = expect.objectContaining({
        code: "config_error",
        message: `${path} cannot be used: it is ${kind} and not a file.`,
      });
      expect(() => readText(path)).toThrow(refused);
      expect(() => assertFile(path)).toThrow(refused);
    }
    await new Promise((resolve) => socket.close(resolve));
  },
);

test("a file is read up to a size, through links too, and one that is not there is the error of the system", () => {
  writeFileSync(at("file"), "some words");
  symlinkSync(at("file"), at("link-to-file"));
  expect(readText(at("link-to-file"), 10)).toBe("some words");
  let thrown: unknown;
  try {
    readText(at("file"), 9);
  } catch (error) {
    thrown = error;
  }
  expect(fileFault(thrown)).toBe("it has 0.1 MB, and at most 0.1 MB are read");
  expect(() => readText(at("nothing"))).toThrow(expect.objectContaining({ code: "ENOENT" }));
  expect(() => assertFile(at("nothing"))).not.toThrow();
});
