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
  ["its name", { name: "acme-code-mode", version: "1" }, {}, true],
  ["its title", { name: "acme", title: "Acme Codemode", version: "1" }, {}, true],
  ["an experimental capability", { name: "acme", version: "1" }, { experimental: { codeMode: {} } }, true],
  ["an extension", { name: "acme", version: "1" }, { extensions: { "io.acme/code-mode": {} } }, true],
  ["nothing", { name: "vscode", title: "VS Code", version: "1" }, { experimental: { code: {}, mode: {} } }, false],
  ["a capability it denies", { name: "acme", version: "1" }, { experimental: { codeMode: false } }, false],
  [
    "capabilities that are odd",
    { name: "acme", version: "1" },
    { experimental: ["codeMode"], extensions: null },
    false,
  ],
])(
  "a client that says by %s whether it composes tools itself is understood",
  (_what, client, capabilities, composes) => {
    expect(profileOf({ client, capabilities }).composes ?? false).toBe(composes);
    const envelope = { [CLIENT_INFO_META_KEY]: client, [CLIENT_CAPABILITIES_META_KEY]: capabilities };
    expect(profileOf({}, envelope).composes ?? false).toBe(composes);
  },
);
