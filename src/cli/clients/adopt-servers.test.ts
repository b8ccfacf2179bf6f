import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Adoption, planAdoption } from "./adopt-servers.ts";

/** What becomes of the servers of one client, where our configuration has some. */
function planned(mcpServers: Readonly<Record<string, unknown>>, own: Readonly<Record<string, unknown>> = {}): Adoption {
  const home = mkdtempSync(join(tmpdir(), "codemode-adopt-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  mkdirSync(join(home, ".cursor"));
  writeFileSync(join(home, ".cursor/mcp.json"), JSON.stringify({ mcpServers }));
  return planAdoption({ folder: join(home, "project"), home, platform: "linux", environment: {} }, own, ["cursor"]);
}

const server = (number: number) => ({ command: "serve", args: [`${number}`], env: { MODE: `m${number}` } });

test("of servers with one name or under several names the first one counts, ours before those that are found", () => {
  const { rows } = planned(
    { taken: server(2), renamed: server(1), fresh: server(3), again: server(3), spoiled: server(4) },
    { ours: server(1), taken: server(5), spoiled: { command: 1 } },
  );
  expect(rows.map(({ name, status, note }) => [name, status, note])).toEqual([
    ["taken", "differs", "another server of this name is in the configuration; that one is used"],
    ["renamed", "same", "it is ours in the configuration already"],
    ["fresh", "new", null],
    ["again", "same", expect.stringContaining("it is fresh in ")],
    ["spoiled", "differs", "another server of this name is in the configuration; that one is used"],
  ]);
});

test("what a client allows of its server holds for no other server that has the name here", () => {
  const trusted = { autoApprove: ["erase"] };
  const { rules, left } = planned(
    { taken: { ...server(2), ...trusted }, fresh: { ...server(3), ...trusted }, ours: { ...server(1), ...trusted } },
    { ours: server(1), taken: server(5) },
  );
  expect(rules.map(({ tools, decision }) => [tools, decision])).toEqual([
    ["fresh__erase", "allow"],
    ["ours__erase", "allow"],
  ]);
  expect(left).toEqual([
    expect.stringContaining("the rule allow taken__erase is left out: it is about another server."),
  ]);
});

test("each of many servers is written out a few times, however many there are", () => {
  const count = 400;
  const many = Object.fromEntries(Array.from({ length: count }, (_, number) => [`s${number}`, server(number)]));
  const write = vi.spyOn(JSON, "stringify");
  onTestFinished(() => write.mockRestore());
  const { rows } = planned(many);
  expect(rows.filter(({ status }) => status === "new")).toHaveLength(count);
  expect(write.mock.calls.length).toBeLessThan(count * 20);
});
