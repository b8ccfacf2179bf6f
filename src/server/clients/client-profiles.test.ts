import { CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { profileNamed, profileOf } from "./client-profiles.ts";

test.each([
  ["2.1.197", 2_048],
  ["2.1.331", 2_048],
  ["2.1.332", 4_096],
  ["2.2.0-beta.1", 4_096],
  ["3", 4_096],
  ["unknown", 2_048],
])("Claude Code %s is given %i characters of a description", (version, characters) => {
  const info = { name: "claude-code", version };
  expect(profileOf(info).keeps.description).toBe(characters);
  expect(profileOf(undefined, { [CLIENT_INFO_META_KEY]: info }).keeps.description).toBe(characters);
});

test("a client that was not recorded is given everything, and a name that no profile has is refused", () => {
  expect(profileOf({ name: "nobody", version: "1" }).keeps.description).toBeGreaterThan(100_000);
  expect(profileNamed("codex").calls).toContain("codex-mcp-client");
  expect(() => profileNamed("kodex")).toThrow('no profile of a client "kodex"');
});
