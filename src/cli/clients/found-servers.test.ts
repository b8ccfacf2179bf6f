import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { isRecord } from "../../base/is-record.ts";
import { findServers } from "./found-servers.ts";

const entries = (...names: readonly string[]) => Object.fromEntries(names.map((name) => [name, { command: name }]));

/** Names of the servers that are found switched off, where the home and the project have these files. */
function offIn(make: (project: string) => Readonly<Record<string, unknown>>): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "codemode-found-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const [home, project] = [join(folder, "home"), join(folder, "project")];
  mkdirSync(project);
  for (const [file, contents] of Object.entries(make(project))) {
    const path = join(folder, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify(contents));
  }
  const { servers, problems } = findServers({ folder: project, home, platform: "linux", environment: {} });
  expect(problems).toEqual([]);
  return servers.flatMap(({ name, entry }) => (isRecord(entry) && entry["enabled"] === false ? [name] : []));
}

const GEMINI = "home/.gemini/settings.json";
const CLAUDE = "home/.claude.json";

test.each<
  readonly [what: string, off: readonly string[], files: (project: string) => Readonly<Record<string, unknown>>]
>([
  ["nowhere", [], () => ({ [GEMINI]: { mcpServers: entries("a", "b"), mcp: {} } })],
  [
    "by an entry of its own",
    ["b"],
    () => ({ [GEMINI]: { mcpServers: { a: { command: "a" }, b: { command: "b", enabled: false } } } }),
  ],
  [
    "by a list of those left out",
    ["a"],
    () => ({ [GEMINI]: { mcpServers: entries("a", "b"), mcp: { excluded: ["a", "c"] } } }),
  ],
  [
    "by a list of those let in",
    ["b"],
    () => ({ [GEMINI]: { mcpServers: entries("a", "b"), mcp: { allowed: ["a"] } } }),
  ],
  [
    "by lists of a form that is none",
    [],
    () => ({ [GEMINI]: { mcpServers: entries("a"), mcp: { allowed: "b", excluded: { a: 1 } } } }),
  ],
  [
    "by the settings of another client",
    [],
    () => ({ [GEMINI]: { mcp: { excluded: ["a"] } }, "project/.mcp.json": { mcpServers: entries("a") } }),
  ],
  [
    "for one project, by name and by file",
    ["file", "any"],
    (project) => ({
      "project/.mcp.json": { mcpServers: entries("file", "kept") },
      [CLAUDE]: {
        mcpServers: entries("any", "kept too"),
        projects: { [project]: { disabledMcpjsonServers: ["file", "kept too"], disabledMcpServers: ["any"] } },
      },
    }),
  ],
  [
    "in the settings of the project, of the person in it and of the person, which add to each other",
    ["a", "b", "c"],
    () => ({
      "project/.mcp.json": { mcpServers: entries("a", "b", "c", "d") },
      "project/.claude/settings.local.json": { disabledMcpjsonServers: ["a"], enabledMcpjsonServers: ["b", "d"] },
      "project/.claude/settings.json": { disabledMcpjsonServers: ["b"], enableAllProjectMcpServers: true },
      "home/.claude/settings.json": { disabledMcpjsonServers: ["c", 7], enabledMcpjsonServers: [] },
    }),
  ],
  [
    "in the settings of a project, which speak of the project's own file alone",
    [],
    () => ({
      [CLAUDE]: { mcpServers: entries("a") },
      "project/.cursor/mcp.json": { mcpServers: entries("a") },
      "project/.claude/settings.json": { disabledMcpjsonServers: ["a"], mcpServers: entries("b") },
    }),
  ],
  [
    "in settings of a form that is none",
    [],
    () => ({
      "project/.mcp.json": { mcpServers: entries("a") },
      "project/.claude/settings.json": { disabledMcpjsonServers: "a" },
      "project/.claude/settings.local.json": [{ disabledMcpjsonServers: ["a"] }],
    }),
  ],
  [
    "for another project",
    [],
    () => ({ [CLAUDE]: { mcpServers: entries("a"), projects: { "/other": { disabledMcpServers: ["a"] } } } }),
  ],
])("a server that its client switches off %s is found switched off", (...[, off, files]) => {
  expect(offIn(files)).toEqual(off);
});
