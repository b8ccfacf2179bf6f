import { beforeAll, expect, test } from "vitest";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

test.each(PEER_SIDES)(
  "tools of the AI SDK, %s version, are functions for guest code",
  async (side) => {
    expect(await folders[side]?.run("test/adapters/loops/from-ai.mjs")).toEqual([
      { language: "typescript", value: [8, 3, "ada"], error: null },
      { language: "python", value: [12, 2], error: null },
      { code: "invalid_arguments" },
      { refused: "config_error" },
    ]);
  },
  60_000,
);

test.each(PEER_SIDES)(
  "tools of Mastra, %s version, are functions for guest code",
  async (side) => {
    expect(await folders[side]?.run("test/adapters/loops/from-mastra.mjs", { node: "newer" })).toEqual([
      { language: "typescript", value: 8, error: null },
      { language: "python", value: 12, error: null },
      { code: "tool_error", message: expect.stringContaining("not even") },
    ]);
  },
  60_000,
);

test.each(PEER_SIDES)(
  "schemas of Zod, Valibot and ArkType, %s versions, describe host functions",
  async (side) => {
    const accepted = { value: "2 tea", error: null, refused: "invalid_arguments" };
    expect(await folders[side]?.run("test/adapters/loops/schemas.mjs")).toEqual([
      { name: "zod", ...accepted },
      { name: "valibot", ...accepted },
      { name: "arktype", ...accepted },
    ]);
  },
  60_000,
);
