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
