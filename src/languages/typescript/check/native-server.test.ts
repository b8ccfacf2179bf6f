import { spawn } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../..", import.meta.url));

const script = (dist: string, body: string): string => `
import { createTypeChecker } from ${JSON.stringify(join(dist, "languages/typescript/check/type-checker.js"))};
import { prepare } from ${JSON.stringify(join(dist, "languages/typescript/program/prepare.js"))};
const checker = createTypeChecker();
const check = (text, options) => checker.check({ prepared: prepare(text, { language: "typescript" }), modules: new Map(), version: "1", sessionNames: [], findTool: () => undefined, suggest: () => [], names: { inCode: () => undefined, server: () => undefined, spelled: () => undefined, named: () => [], module: () => undefined } }, options);
${body}`;

/** Runs a module in a process of its own until it prints a line, and gives the line and the process. */
async function run(source: string): Promise<{ readonly line: string; readonly child: ReturnType<typeof spawn> }> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", source], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [chunk]: unknown[] = await once(child.stdout, "data");
  return { line: String(chunk).trim(), child };
}

/** Processes with a given parent, those that have ended left out. */
function childrenOf(parent: number): readonly number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const [, state, owner] = /\) (\S) (\d+)/.exec(statOf(name)) ?? [];
      return Number(owner) === parent && state !== "Z";
    })
    .map(Number);
}

function statOf(pid: number | string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, "utf8");
  } catch {
    return "";
  }
}

test("a process that uses the checker ends by itself although the compiler still waits", async () => {
  const { child, line } = await run(script(join(root, "dist"), "console.log((await check('nope')).fatal.code);"));
  expect(line).toBe("type_error");
  if (child.exitCode === null) await once(child, "exit");
  expect(child.exitCode).toBe(0);
});

test.runIf(process.platform === "linux")(
  "the compiler ends with a process that is killed while it computes",
  async () => {
    const busy = `type Mix<A, B extends any[]> = B["length"] extends 45 ? A : Mix<A, [...B, 1]> | Mix<[A], [...B, 1]>;\nconst x: Mix<1, []> = 1;`;
    const body = `await check("1"); void check(${JSON.stringify(busy)}, { timeoutMs: 60000 }); setImmediate(() => console.log("busy")); setInterval(() => {}, 60000);`;
    const { child } = await run(script(join(root, "dist"), body));
    const compilers = childrenOf(child.pid ?? -1);
    expect(compilers).toHaveLength(1);
    child.kill("SIGKILL");
    await expect
      .poll(() => compilers.map(statOf).filter((stat) => stat !== "" && !/\) Z/.test(stat)), { timeout: 30_000 })
      .toEqual([]);
  },
  60_000,
);

test("without the optional package programs go unchecked, with one note", async () => {
  const folder = mkdtempSync(join(tmpdir(), "codemode-unchecked-"));
  try {
    cpSync(join(root, "dist"), join(folder, "dist"), { recursive: true });
    writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
    const modules = join(folder, "node_modules");
    cpSync(join(root, "node_modules/acorn"), join(modules, "acorn"), { recursive: true, dereference: true });
    for (const name of ["fastest-levenshtein", "@jridgewell"])
      symlinkSync(join(root, "node_modules", name), join(modules, name), "dir");
    const { line, child } = await run(
      script(join(folder, "dist"), "console.log(JSON.stringify(await check('nope')));"),
    );
    if (child.exitCode === null) await once(child, "exit");
    expect(JSON.parse(line)).toEqual({
      available: false,
      fatal: null,
      notes: ["Types were not checked: The optional package `typescript-native` is not installed for this platform."],
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});
