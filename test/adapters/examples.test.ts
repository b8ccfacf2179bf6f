import { beforeAll, expect, test } from "vitest";
import { openPeerFolder, PEER_INSTALL_MS, type PeerFolder } from "./peer-folder.ts";

let folder: PeerFolder | undefined;

beforeAll(async () => {
  folder = await openPeerFolder("newest");
}, PEER_INSTALL_MS);

test.each([
  "ai-sdk",
  "mastra",
  "anthropic",
  "openai",
  "openai-agents",
  "langchain",
  "tanstack",
  "genkit",
  "claude-agent",
])(
  "the example %s runs unchanged and finds what it expects",
  async (name) => {
    const printed = await folder?.run(`examples/${name}/main.mjs`, { node: "newer" });
    expect(printed).toContain("  weather__temperature: ok");
    expect(printed?.at(-1)).toBe("as expected");
  },
  60_000,
);
