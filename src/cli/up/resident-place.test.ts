import { chmodSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isOwnSocket, isSafeFolder } from "./resident-place.ts";

test("a socket where everybody can make folders is trusted in one that nobody else may write to, and in no other", async () => {
  const folder = mkdtempSync("/tmp/codemode-place-");
  const socket = join(folder, "up.sock");
  const server = createServer();
  onTestFinished(() => {
    server.close();
    rmSync(folder, { recursive: true, force: true });
    rmSync(`${folder}-link`, { force: true });
  });
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  expect(isOwnSocket(socket)).toBe(true);
  for (const mode of [0o777, 0o707, 0o770]) {
    chmodSync(folder, mode);
    expect(isOwnSocket(socket)).toBe(false);
  }
  chmodSync(folder, 0o700);
  symlinkSync(folder, `${folder}-link`);
  expect(isOwnSocket(join(`${folder}-link`, "up.sock"))).toBe(false);
  expect(isSafeFolder("/tmp/codemode-that-is-not-there")).toBe(false);
});
