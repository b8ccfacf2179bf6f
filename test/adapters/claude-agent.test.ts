import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { expectLoop } from "./expect-loop.ts";
import { openPeerFolder, PEER_INSTALL_MS, PEER_SIDES, type PeerFolder } from "./peer-folder.ts";

let folders: Readonly<Record<string, PeerFolder>> = {};

beforeAll(async () => {
  folders = Object.fromEntries(await Promise.all(PEER_SIDES.map(async (side) => [side, await openPeerFolder(side)])));
}, PEER_INSTALL_MS);

/** Claude Code and its stand-in are processes of their own, which a busy machine starts slowly. */
const LOOP_MS = 150_000;
const LOOP = "test/adapters/loops/claude-agent.mjs";

/** What is served over HTTP or by a launched process is the same to every version; one proves it. */
const LOOPS = [...PEER_SIDES.map((side) => [side, "in-process"] as const), ["newest", "http"] as const];

test.each(LOOPS)(
  "the Claude Agent SDK, %s version, drives the whole loop with tools served by this process (%s)",
  async (side, way) => {
    const lines = await folders[side]?.run(LOOP, { args: [way], timeoutMs: LOOP_MS });
    expect(lines).toBeDefined();
    expectLoop(lines ?? [], { keepsResults: false });
    // What the model reads is the text, not the structure it is told in.
    expect(lines).toContainEqual(expect.objectContaining({ kind: "model", step: "typescript", text: "value: 900" }));
  },
  LOOP_MS,
);

test(
  "Claude Code itself, as the oldest version brings it, shows its model texts and images of the tools",
  async () => {
    const lines = await folders["oldest"]?.run("test/adapters/loops/claude-code.mjs", { timeoutMs: LOOP_MS });
    expect(lines).toBeDefined();
    expectLoop(lines ?? [], { keepsResults: false, showsProgress: false });
  },
  LOOP_MS,
);

test(
  "the Claude Agent SDK has a server launched that serves what a file configures",
  async () => {
    const folder = folders["newest"];
    if (folder === undefined) throw new Error("no folder");
    const config = join(folder.path, "codemode.json");
    writeFileSync(config, JSON.stringify({ mcpServers: {} }));
    const lines = await folder.run(LOOP, { args: ["launcher", config], timeoutMs: LOOP_MS });
    expect(lines).toContainEqual(expect.objectContaining({ kind: "model", step: "plain", text: "value: 42" }));
    expect(lines).toContainEqual({ kind: "answer", text: "Tea and coffee cost 900 cents." });
  },
  LOOP_MS,
);

test.each(PEER_SIDES)(
  "tools of the Claude Agent SDK, %s version, are functions for guest code",
  async (side) => {
    expect(await folders[side]?.run("test/adapters/loops/from-claude-agent.mjs", { timeoutMs: LOOP_MS })).toEqual([
      { value: { converted: 8 } },
      { value: ["text", "image"] },
      { value: null, code: "tool_error", message: "no luck" },
      { value: null, code: "invalid_arguments", message: expect.stringContaining("/amount must be a number") },
      { value: 12 },
    ]);
  },
  LOOP_MS,
);
