import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createCodemode } from "../../src/host/create-codemode.ts";
import { talkingServer, talkingTool } from "./talking-server.ts";

// A suite of runs in which everything is about secrets, and then all bytes that were kept.

let stateDir: string;

beforeAll(() => {
  stateDir = mkdtempSync(join(tmpdir(), "codemode-kept-secrets-"));
  process.env["CODEMODE_KEPT_SECRET"] = "env-s3cret-value";
});

afterAll(() => {
  rmSync(stateDir, { recursive: true, force: true });
  delete process.env["CODEMODE_KEPT_SECRET"];
});

const TOKEN = "bear3r-token-of-auth";
const HEADER = "head3r-of-remote";
const LEAK = /env-s3cret|bear3r-token|head3r-of|ZW52LXMzY3JldC12YWx1Z/;

const PROGRAMS = {
  typescript: [
    `import { artifacts } from "codemode";
     const told = await talking.tell({ text: "${TOKEN}" });
     console.log(told, "${HEADER}");
     const { id } = await artifacts.save(told, { name: "all of it" });
     kept = [told, await artifacts.read(id), "${HEADER}"]`.replace("kept =", "const kept ="),
    `kept.push(await talking.tell({ deep: { list: ["${TOKEN}"] } })); kept`,
    `await talking.fail({ text: "${HEADER}" })`,
    `throw new Error(JSON.stringify(await talking.tell({})) + "${TOKEN}")`,
  ],
  python: [
    `from codemode import artifacts
told = await talking.tell(text="${TOKEN}")
print(told, "${HEADER}")
saved = await artifacts.save(told, name="all of it")
kept = [told, "${HEADER}"]
kept`,
    `kept.append(await talking.tell(text="${TOKEN}"))
kept`,
    `await talking.fail(text="${HEADER}")`,
    `raise ValueError(str(await talking.tell()) + "${TOKEN}")`,
  ],
} as const;

test("after programs of both languages that handle secrets in every way, none is found in the state directory", async () => {
  const env = { SECRET: "${CODEMODE_KEPT_SECRET}" };
  await using codemode = createCodemode({
    stateDir,
    policy: { rules: [{ tools: "talking__ask", decision: "ask" }] },
    mcpServers: {
      talking: talkingServer({ tools: ["tell", "fail", "ask"].map((name) => talkingTool(name)) }, { env }),
      remote: {
        url: "http://127.0.0.1:9/mcp",
        headers: { "x-key": HEADER },
        auth: { type: "bearer", token: TOKEN },
      },
    },
  });
  const { executor } = codemode;
  for (const language of ["typescript", "python"] as const) {
    for (const code of PROGRAMS[language]) await executor.execute(code, { language, sessionId: "s", reader: "model" });
  }
  const parked = await executor.execute(`await talking.ask({ text: "${TOKEN}" })`);
  expect(parked.status).toBe("suspended");
  await executor.runs.decide(parked.runId, [{ callId: "all", decision: "deny", reason: `not with ${HEADER}` }]);
  await executor.callTool("talking__tell", { text: TOKEN });
  const { total } = await executor.runs.list();
  expect(total).toBe(10);
  await executor.close();

  const files = readdirSync(stateDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const names = files.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(["state.db", "audit.jsonl"]));
  const leaks = files
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => LEAK.test(readFileSync(file, "latin1")));
  expect(leaks).toEqual([]);
}, 120_000);
