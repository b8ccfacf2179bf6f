import { beforeAll, expect, test } from "vitest";
import { expectLoop } from "./expect-loop.ts";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

test.each(PEER_SIDES)(
  "TanStack AI, %s version, drives the whole loop",
  async (side) => {
    const lines = await folders[side]?.run("test/adapters/loops/tanstack.mjs");
    expect(lines).toBeDefined();
    expectLoop(lines ?? []);
  },
  60_000,
);

test.each(PEER_SIDES)(
  "tools of TanStack AI, %s version, are functions for guest code",
  async (side) => {
    expect(await folders[side]?.run("test/adapters/loops/from-tanstack.mjs")).toEqual([
      { value: { converted: 8, by: "ada" } },
      { value: ["text", "image"] },
      { value: null, code: "tool_error", message: "no luck" },
      { value: null, code: "invalid_arguments", message: expect.stringContaining("/amount must be a number") },
      { value: 12 },
      { refused: "config_error" },
      { refused: "config_error" },
    ]);
  },
  60_000,
);
