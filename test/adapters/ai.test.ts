import { beforeAll, expect, test } from "vitest";
import { expectLoop } from "./expect-loop.ts";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

test.each([
  ["newest", "newer"],
  ["newest", "current"],
  ["oldest", "current"],
] as const)(
  "the AI SDK, %s version on the %s Node, drives the whole loop",
  async (side, node) => {
    const lines = await folders[side]?.run("test/adapters/loops/ai.mjs", { node });
    expect(lines).toBeDefined();
    expectLoop(lines ?? []);
  },
  60_000,
);
