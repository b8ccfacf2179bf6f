import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { beforeAll, expect, test } from "vitest";
import { readGuestModules } from "../javascript/guest-modules.ts";
import { makeBootImage, readBootImage } from "./boot-image.ts";
import type { GuestModules } from "./guest-machine.ts";
import type { HostThread } from "./host-thread.ts";
import { ThreadPool } from "./thread-pool.ts";
import { webAssembly } from "./web-assembly.ts";

let engine: Buffer;
const guestModules = readGuestModules();

beforeAll(async () => {
  engine = await readFile(createRequire(import.meta.url).resolve("@jitl/quickjs-wasmfile-release-sync/wasm"));
});

test("the same parts boot to the same bytes, and the build has booted them", async () => {
  const parts = { engine, guestModules };
  const [one, other] = await Promise.all([makeBootImage(parts), makeBootImage(parts)]);
  expect(Buffer.compare(one, other)).toBe(0);
  expect((await readBootImage(parts))?.memory.bytes.length).toBeGreaterThan(0);
});

test("the image of other parts is not used", async () => {
  const changed: GuestModules = guestModules.map(([name, text], at) => [name, at === 0 ? `${text}\n` : text]);
  expect(await readBootImage({ engine, guestModules: changed })).toBeUndefined();
  expect(await readBootImage({ engine: engine.subarray(1), guestModules })).toBeUndefined();
});

test("no path or variable of the machine that built it is in the image", async () => {
  const image = Buffer.from((await readBootImage({ engine, guestModules }))?.memory.bytes ?? []).toString("latin1");
  expect(image).toContain("_=guest");
  const secrets = [process.cwd(), process.execPath, process.env["HOME"] ?? ""].filter((each) => each.length > 1);
  expect(secrets.filter((secret) => image.includes(secret))).toEqual([]);
});

test("the first thread boots where there is no image, and the next starts with what it booted", async () => {
  const module = await webAssembly.compile(engine);
  const pool = new ThreadPool({ maxSessions: 2, warmSessions: 0 }, async () => ({
    module,
    guestModules,
    booted: undefined,
  }));
  try {
    const threads: HostThread[] = [await pool.take(), await pool.take()];
    expect(threads.map(({ booted }) => booted !== undefined)).toEqual([true, false]);
  } finally {
    await pool.close();
  }
});
