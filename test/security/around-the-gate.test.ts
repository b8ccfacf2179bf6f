import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { isRecord } from "../../src/base/is-record.ts";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { codemodeTools } from "../../src/tools/codemode-tools.ts";

let folder: string;
let codemode: Codemode;
/** Calls that reached the tool, which the policy denies. */
let upstream: unknown[] = [];

const SKILL = `import { wipe } from "generated/servers/disk";
export async function clear(): Promise<unknown> {
  return wipe({});
}
`;

function open(): Codemode {
  const inputSchema = { type: "object", properties: {} } as const;
  const execute = (args: unknown): string => {
    upstream.push(args);
    return "wiped";
  };
  return createCodemode({
    tools: { disk: [defineTool({ name: "wipe", description: "Wipes.", inputSchema, execute })] },
    policy: { rules: [{ tools: "disk__wipe", decision: "deny" }] },
    skills: { directories: [folder] },
  });
}

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "codemode-gate-"));
  writeFileSync(join(folder, "clear.ts"), SKILL);
  codemode = open();
});

afterAll(async () => {
  await codemode.close();
  rmSync(folder, { recursive: true, force: true });
});

beforeEach(() => {
  upstream = [];
});

/** All that some way may look at, each naming the tool or what would call it. */
const EVERYTHING = {
  name: "disk__wipe",
  tool_name: "disk__wipe",
  skill_name: "clear",
  id: "disk__wipe",
  query: "wipe",
  method: "prompts/list",
  server: "disk",
  params: {},
  item: "disk__wipe",
  value: "disk__wipe",
  resource_name: "disk__wipe",
  arguments: {},
  options: { raw: true },
  code: "await disk.wipe({})",
} as const;

const NAMES = ["disk__wipe", "disk__wipe_2", "DISK__WIPE", "clear", "skills__clear"];

/** Kinds of requests of a guest, as the door reads them. */
const KINDS = [
  ...readFileSync(new URL("../../src/runs/guest-requests.ts", import.meta.url), "utf8").matchAll(
    /kind: z\.literal\("([a-z-]+)"\)/g,
  ),
].map((match) => match[1] ?? "");

/** Asks the door as a guest would, for a kind that hosts do not ask for. */
async function ask(kind: string, request: object): Promise<unknown> {
  return Reflect.apply(Reflect.get(codemode.executor, "ask"), codemode.executor, [kind, request]);
}

test("the kinds of requests are those that programs know", () => {
  expect(KINDS).toEqual(expect.arrayContaining(["call", "ask", "search", "skill-run", "artifact-rows"]));
  expect(KINDS.length).toBeGreaterThan(12);
});

test.each(KINDS)("a request of kind %s does not reach a tool that the policy denies", async (kind) => {
  for (const name of NAMES) await ask(kind, { ...EVERYTHING, name, skill_name: name });
  for (const { id, ...request } of [EVERYTHING]) await ask(kind, { ...request, name: "clear", script_name: id });
  expect(upstream).toEqual([]);
});

test("no function that programs of either language are given reaches it", async () => {
  const walk = `const ways = [globalThis.codemode, globalThis.disk, globalThis.servers];
    const seen = new Set();
    const tried = [];
    const visit = async (owner, depth) => {
      if (owner === null || (typeof owner !== "object" && typeof owner !== "function") || seen.has(owner) || depth > 3) return;
      seen.add(owner);
      for (const key of Object.getOwnPropertyNames(owner)) {
        let part; try { part = owner[key]; } catch { continue; }
        if (typeof part === "function" && key !== "constructor" && !/sleep|wait|Timeout|Limiter|retry|parallel/i.test(key)) {
          tried.push(key);
          for (const args of [[{}], ["disk__wipe", {}], [${JSON.stringify(EVERYTHING)}], ["disk", "wipe", {}]]) {
            try { await owner[key](...args); } catch {}
          }
        }
        await visit(part, depth + 1);
      }
    };
    for (const way of ways) await visit(way, 0);
    tried`;
  const run = await codemode.executor.execute(walk, { typeCheck: false });
  expect(run.value).toEqual(expect.arrayContaining(["wipe", "callTool", "search"]));
  expect([run.status, upstream]).toEqual(["completed", []]);
  const python = `import codemode, inspect
from generated.servers import disk
tried = []
for owner in (codemode, disk):
    for name in dir(owner):
        way = getattr(owner, name)
        if not callable(way) or name.startswith("__") or any(part in name.lower() for part in ("sleep", "wait", "timeout", "limit", "retry", "parallel")):
            continue
        tried.append(name)
        for args in (({},), ("disk__wipe", {}), ("disk", "wipe", {})):
            try:
                answer = way(*args)
                if inspect.isawaitable(answer):
                    await answer
            except BaseException:
                pass
tried`;
  const also = await codemode.executor.execute(python, { language: "python", timeoutMs: 100_000 });
  expect(also.value).toEqual(expect.arrayContaining(["wipe", "call_tool"]));
  expect(upstream).toEqual([]);
}, 120_000);

test("no tool that agents are given reaches it, in any form of an SDK", async () => {
  const settings = { set: "full", allowCallTool: true, allowAddServer: true } as const;
  const tools = codemodeTools(codemode.executor, settings);
  expect(tools.length).toBeGreaterThan(14);
  for (const tool of tools) {
    for (const name of NAMES) await tool.execute({ ...EVERYTHING, name, language: "typescript" }).catch(() => {});
  }
  const entries = readdirSync(new URL("../../src/", import.meta.url)).filter((file) => file.endsWith(".ts"));
  let tried = 0;
  for (const entry of entries.filter((file) => file !== "cli.ts")) {
    // An SDK that is not installed has no form to look at.
    const module: unknown = await import(`../../src/${entry}`).catch(() => ({}));
    const makers = Object.entries(isRecord(module) ? { ...module } : {}).filter(([name]) => name.endsWith("Tools"));
    for (const [, make] of makers) {
      if (typeof make !== "function") continue;
      const made: unknown = await Promise.resolve()
        .then((): unknown => Reflect.apply(make, undefined, [codemode.executor, settings]))
        .catch(() => undefined);
      tried += await callAll(made);
    }
  }
  expect(tried).toBeGreaterThan(30);
  expect(upstream).toEqual([]);
}, 120_000);

/** The one step behind the gate, which hosts alone have; what ends or changes the whole; streams of what is tried anyhow. */
const LEFT_OUT = /^(invoke|close|add|remove|stream|constructor)/;

test("no method of what a host is given reaches it but the last step of the gate itself", async () => {
  await using own = open();
  await own.registry.ready();
  const tool = own.registry.getTool("disk__wipe");
  for (const owner of [own.registry, own.executor, own.executor.runs, own.executor.skills, own.registry.catalog()]) {
    for (const key of methodsOf(owner).filter((name) => !LEFT_OUT.test(name))) {
      for (const args of [
        ["disk__wipe", {}],
        ["disk", "wipe", {}],
        [tool, {}],
        [EVERYTHING],
        ["await disk.wipe({})"],
      ]) {
        await within(() => Reflect.apply(Reflect.get(owner, key), owner, args));
      }
    }
  }
  expect(upstream).toEqual([]);
}, 120_000);

function methodsOf(owner: object): readonly string[] {
  const prototype: object | null = Object.getPrototypeOf(owner);
  const names = [
    ...Object.getOwnPropertyNames(owner),
    ...(prototype === null ? [] : Object.getOwnPropertyNames(prototype)),
  ];
  return names.filter((name) => {
    const { value } =
      Object.getOwnPropertyDescriptor(prototype ?? owner, name) ?? Object.getOwnPropertyDescriptor(owner, name) ?? {};
    return typeof value === "function";
  });
}

/** Calls every function in what was made of the tools; returns how many there are. */
async function callAll(made: unknown, depth = 0): Promise<number> {
  if (typeof made !== "object" || made === null || depth > 3) return 0;
  let called = 0;
  for (const [key, part] of Object.entries(made)) {
    if (typeof part === "function" && /^(execute|invoke|run|func|call|handler|server|_call)$/.test(key)) {
      called += 1;
      await within(() => Reflect.apply(part, made, [EVERYTHING, {}]));
      await within(() => Reflect.apply(part, made, [{}, JSON.stringify(EVERYTHING)]));
    } else called += await callAll(part, depth + 1);
  }
  return called;
}

/** What never ends, or fails, has not reached anything by the time it is looked at. */
async function within(act: () => unknown): Promise<void> {
  const patience = new Promise((resolve) => setTimeout(resolve, 2_000).unref());
  const done = Promise.resolve()
    .then(act)
    .catch(() => {});
  await Promise.race([done, patience]);
}
