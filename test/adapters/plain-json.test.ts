import { beforeAll, expect, test } from "vitest";
import { expectLoop } from "./expect-loop.ts";
import { openPeerFolder, PEER_INSTALL_MS, type PeerFolder } from "./peer-folder.ts";

let folder: PeerFolder | undefined;

beforeAll(async () => {
  folder = await openPeerFolder("oldest");
}, PEER_INSTALL_MS);

test.each(["anthropic", "openai"])(
  "plain JSON for %s drives the whole loop without any SDK",
  async (api) => {
    const lines = await folder?.run(`test/adapters/loops/${api}.mjs`);
    expect(lines).toBeDefined();
    expectLoop(lines ?? []);
  },
  60_000,
);
