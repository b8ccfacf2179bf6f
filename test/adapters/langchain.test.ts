import { beforeAll, expect, test } from "vitest";
import { expectLoop } from "./expect-loop.ts";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

test.each(PEER_SIDES)(
  "LangChain, %s version, drives the whole loop",
  async (side) => {
    const lines = await folders[side]?.run("test/adapters/loops/langchain.mjs");
    expect(lines).toBeDefined();
    expectLoop(lines ?? []);
  },
  60_000,
);

test.each(PEER_SIDES)(
  "LangGraph, %s version, stops for a program that waits, and goes on with what a person decided in another executor",
  async (side) => {
    expect(await folders[side]?.run("examples/langchain/approval.mjs")).toEqual([
      '  bank__pay {"to":"Ada","amount":5}?',
      '  bank__pay {"to":"Bob","amount":7}?',
      expect.stringContaining('"paid":["paid 4","policy_denied"]'),
      "as expected",
    ]);
  },
  60_000,
);

test.each(PEER_SIDES)(
  "tools of LangChain, %s version, are functions for guest code",
  async (side) => {
    expect(await folders[side]?.run("test/adapters/loops/from-langchain.mjs")).toEqual([
      { value: { converted: 8, by: "ada" } },
      { value: ["text", "image"] },
      { value: null, code: "tool_error", message: "no luck" },
      { value: null, code: "invalid_arguments", message: expect.stringContaining("/amount must be a number") },
      { value: 12 },
    ]);
  },
  60_000,
);
