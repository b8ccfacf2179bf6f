import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newerNode } from "../../../test/newer-node.ts";
import type { SandboxSession } from "../engine.ts";
import { escapePrograms } from "./__fixtures__/escape-programs.ts";
import { probePythonIsolation, probeSandboxTools, type PythonIsolation } from "./isolation.ts";
import { sessionCommand } from "./command.ts";
import { GuestProcess } from "./guest-process.ts";
import { PyodideSession } from "./pyodide-session.ts";
import { createPyodideEngine } from "./pyodide-engine.ts";
import { runPython, testCacheDirectory } from "./__fixtures__/python-test-kit.ts";

const CANARY = "canary-5f1c07d2";
const folder = mkdtempSync(join(realpathSync(tmpdir()), "codemode-escape-"));
const file = join(folder, "secret.txt");
const mark = join(folder, "made-by-guest");
/** These change the session they run in, so what another left behind must not stand in their way. */
const ALONE = /memory|hook|importer|pointer|const|types|ctypes/;
/** Ways out of the bare interpreter. */
const KNOWN_OPEN = "os.system|pickle|subclasses|signal handlers|atexit|js|js process|js child process|run_js"
  .concat("|mountNodeFS|functions in memory|import hook removed|ctypes without the hook")
  .split("|");
let connections = 0;
const sink = createServer((socket) => {
  connections += 1;
  socket.on("error", () => {});
  socket.end(CANARY);
});

beforeAll(async () => {
  writeFileSync(file, CANARY);
  process.env["CODEMODE_CANARY"] = CANARY;
  await new Promise<void>((resolve) => sink.listen(0, "127.0.0.1", resolve));
});

afterAll(() => {
  sink.close();
  rmSync(folder, { recursive: true });
});

const newer = await newerNode().catch((error: unknown) => {
  console.warn(`NOT TESTED: escapes on a newer Node, since none can be had here (${String(error)}).`);
  return undefined;
});
const report = await probePythonIsolation();
if (!report.bubblewrap.usable) {
  console.warn(`NOT TESTED: escapes with bubblewrap, since it is not usable here (${report.bubblewrap.reason}).`);
}

function sinkPort(): number {
  const address = sink.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Whether a program got hold of a canary, made the file, or connected to the sink. */
async function reaches(session: SandboxSession, source: string): Promise<boolean> {
  const before = connections;
  const { outcome, output, calls } = await runPython(session, source, { limits: { timeMs: 4000 } });
  const seen = JSON.stringify([outcome, output, calls]);
  expect(seen, "no path of the host is shown").not.toContain("child.mjs");
  const gotOut = seen.includes(CANARY) || existsSync(mark) || connections > before;
  rmSync(mark, { force: true });
  return gotOut;
}

/** A session with every protection taken off, to see that the corpus notices an escape. */
async function openUnprotected(): Promise<PyodideSession> {
  const { program, args } = sessionCommand(await probeSandboxTools(process.execPath), "engine");
  const open = args
    .filter((word) => !/^--(experimental-permission|permission|allow-fs-read|disallow-code)/.test(word))
    .map((word) => word.replace('"locked":true', '"locked":false'));
  const guest = new GuestProcess({ program, args: open });
  await guest.started();
  return new PyodideSession(guest, 256 << 20, () => {});
}

/** Runs the whole corpus in one kind of sandbox and tells which programs reached a canary. */
async function reached(isolation: PythonIsolation, nodePath?: string): Promise<readonly string[]> {
  const engine = createPyodideEngine({
    cacheDirectory: testCacheDirectory,
    isolation,
    ...(nodePath === undefined ? {} : { nodePath }),
  });
  const hits: string[] = [];
  let session: SandboxSession | undefined;
  try {
    for (const [name, source] of Object.entries(escapePrograms({ file, mark, port: sinkPort() }))) {
      if (ALONE.test(name)) await session?.close();
      if (session === undefined || session.lost) session = await engine.open({ memoryBytes: 256 << 20 });
      if (await reaches(session, source)) hits.push(name);
    }
  } finally {
    await engine.close();
  }
  return hits;
}

describe("escape attempts", () => {
  test("the corpus has at least forty programs", () => {
    expect(Object.keys(escapePrograms({ file, mark, port: 1 })).length).toBeGreaterThanOrEqual(40);
  });

  test("the corpus notices an escape where nothing is protected", { timeout: 120_000 }, async () => {
    const session = await openUnprotected();
    const programs = escapePrograms({ file, mark, port: sinkPort() });
    const noticed: string[] = [];
    for (const name of KNOWN_OPEN) if (await reaches(session, programs[name] ?? "")) noticed.push(name);
    expect(noticed).toEqual(KNOWN_OPEN);
    await session.close();
  });

  test(
    "none reaches a file, the environment, a process or the network past the engine alone",
    { timeout: 180_000 },
    async () => {
      expect(await reached("engine")).toEqual([]);
    },
  );

  test.skipIf(!report.bubblewrap.usable)("none gets past bubblewrap alone", { timeout: 180_000 }, async () => {
    expect(await reached("bubblewrap")).toEqual([]);
  });

  test.skipIf(newer === undefined)("none gets past the engine on a newer Node", { timeout: 180_000 }, async () => {
    expect(await reached("engine", newer)).toEqual([]);
  });
});
