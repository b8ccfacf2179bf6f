import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { GuestLanguage } from "../../src/engines/engine.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
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

/** A product over the talking server whose tool `ask` needs a person, and a remote server with secrets of its own. */
function open(folder: string): Codemode {
  const env = { SECRET: "${CODEMODE_KEPT_SECRET}" };
  return createCodemode({
    stateDir: folder,
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
}

/** Files of a folder with a secret in them. */
function leaksIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter((file) => LEAK.test(readFileSync(file, "latin1")));
}

test("after programs of both languages that handle secrets in every way, none is found in the state directory", async () => {
  await using codemode = open(stateDir);
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
  expect(leaksIn(stateDir)).toEqual([]);
  // Whatever rights files get by themselves here, other users of the machine read none of these.
  const readable = files.filter(({ parentPath, name }) => (statSync(join(parentPath, name)).mode & 0o077) !== 0);
  expect(readable.map(({ name }) => name)).toEqual([]);
}, 120_000);

test("a record of runs that others could read is the owner's alone once it is opened again", async () => {
  const folder = join(stateDir, "open-to-all");
  mkdirSync(folder);
  writeFileSync(join(folder, "state.db"), "", { mode: 0o644 });
  await using codemode = open(folder);
  expect((await codemode.executor.execute("1 + 1")).value).toBe(2);
  await codemode.close();
  expect(statSync(join(folder, "state.db")).mode & 0o077).toBe(0o040);
});

const WAITING: Readonly<Record<GuestLanguage, string>> = {
  typescript: `
    const before = await talking.tell({ text: "${TOKEN}" });
    await talking.ask({ text: "may I?" });
    console.log("after", before, "${HEADER}");
    const after = await Promise.all([1, 2].map((n) => talking.tell({ n, text: "${TOKEN}" })));
    const failed = await talking.fail({ text: "${HEADER}" }).catch((error) => error.message);
    [before, after, failed, "${HEADER}"]`,
  python: `
import asyncio
before = await talking.tell(text="${TOKEN}")
await talking.ask(text="may I?")
print("after", before, "${HEADER}")
after = await asyncio.gather(*(talking.tell(n=n, text="${TOKEN}") for n in (1, 2)))
try:
    await talking.fail(text="${HEADER}")
except Exception as error:
    failed = str(error)
[before, after, failed, "${HEADER}"]`,
};

test.each(["typescript", "python"] as const)(
  "what a %s program does after a person allowed it is kept without secrets as well, in this process and in the next",
  async (language) => {
    const folder = join(stateDir, `waiting-${language}`);
    const ids: string[] = [];
    {
      await using codemode = open(folder);
      const { runs } = codemode.executor;
      for (const _ of ["decided here", "decided later"]) {
        const parked = await codemode.executor.execute(WAITING[language], { language, timeoutMs: 60_000 });
        expect(parked.status).toBe("suspended");
        ids.push(parked.runId);
      }
      await runs.decide(ids[0] ?? "", [{ callId: "all", decision: "approve" }]);
      expect(await runs.wait(ids[0] ?? "", { timeoutMs: 60_000 })).toMatchObject({ status: "completed" });
    }
    await using next = open(folder);
    const { runs } = next.executor;
    await runs.decide(ids[1] ?? "", [{ callId: "all", decision: "approve" }]);
    const ended = await runs.wait(ids[1] ?? "", { timeoutMs: 60_000 });
    expect(ended).toMatchObject({ status: "completed" });
    expect(JSON.stringify(ended)).not.toMatch(LEAK);
    for (const id of ids) {
      const shown = await runs.get(id, { whole: true });
      expect(JSON.stringify(shown)).toContain("talking__tell");
      expect(JSON.stringify(shown)).not.toMatch(LEAK);
    }
    await next.close();
    expect(leaksIn(folder)).toEqual([]);
  },
  180_000,
);
