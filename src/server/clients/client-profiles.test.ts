import { CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";
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
  expect(profileOf({ client: info }).keeps.description).toBe(characters);
  expect(profileOf({}, { [CLIENT_INFO_META_KEY]: info }).keeps.description).toBe(characters);
});

test("a client that was not recorded is given everything, and a name that no profile has is refused", () => {
  expect(profileOf({ client: { name: "nobody", version: "1" } }).keeps.description).toBeGreaterThan(100_000);
  expect(profileNamed("codex").calls).toContain("codex-mcp-client");
  expect(() => profileNamed("kodex")).toThrow('no profile of a client "kodex"');
});

test.each([
  ["its name", { client: { name: "acme-code-mode" } }, true],
  ["its title", { client: { name: "acme", title: "Acme Codemode" } }, true],
  ["an experimental capability", { capabilities: { experimental: { codeMode: {} } } }, true],
  ["an extension", { capabilities: { extensions: { "io.acme/code-mode": {} } } }, true],
  ["other words", { client: { name: "vscode" }, capabilities: { experimental: { code: {}, mode: {} } } }, false],
  ["a capability it denies", { capabilities: { experimental: { codeMode: false } } }, false],
  ["capabilities that are odd", { capabilities: { experimental: ["codeMode"], extensions: null } }, false],
])("by %s a client says whether it composes tools itself", (_what, said, composes) => {
  const { client, capabilities } = { client: { name: "acme" }, capabilities: {}, ...said };
  expect(profileOf({ client, capabilities }).composes ?? false).toBe(composes);
  const envelope = { [CLIENT_INFO_META_KEY]: client, [CLIENT_CAPABILITIES_META_KEY]: capabilities };
  expect(profileOf({}, envelope).composes ?? false).toBe(composes);
});
