import { beforeAll, expect, test } from "vitest";
import { expectLoop } from "./expect-loop.ts";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

test.each(PEER_SIDES)(
  "Mastra, %s version, drives the whole loop",
  async (side) => {
    const lines = await folders[side]?.run("test/adapters/loops/mastra.mjs", { node: "newer" });
    expect(lines).toBeDefined();
    expectLoop(lines ?? []);
  },
  60_000,
);

test.each(PEER_SIDES)(
  "Mastra, %s version, stops for a program that waits, and goes on with what a person decided in another executor",
  async (side) => {
    expect(await folders[side]?.run("examples/mastra/approval.mjs", { node: "newer" })).toEqual([
      '  bank__pay {"to":"Ada","amount":5}?',
      '  bank__pay {"to":"Bob","amount":7}?',
      expect.stringContaining('"paid":["paid 4","policy_denied"]'),
      "as expected",
    ]);
  },
  60_000,
);
