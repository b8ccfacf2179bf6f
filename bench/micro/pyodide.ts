import { loadavg, tmpdir } from "node:os";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SandboxSession } from "../../src/engines/engine.ts";
import { createPyodideEngine } from "../../src/engines/pyodide/pyodide-engine.ts";
import { probePythonIsolation, type PythonIsolation } from "../../src/engines/pyodide/isolation.ts";
import { valueOf } from "../../src/engines/pyodide/__fixtures__/python-test-kit.ts";

/** Figures of the Python engine. Every answer is checked before its time counts. `--isolation engine|both|bubblewrap` picks one. */
const MEMORY_BYTES = 512 << 20;
const cacheDirectory = mkdtempSync(join(tmpdir(), "codemode-bench-"));
const named = process.argv[process.argv.indexOf("--isolation") + 1];
const isolation: PythonIsolation =
  named === "engine" || named === "bubblewrap" || named === "both" ? named : (await probePythonIsolation()).inForce;

interface Program {
  readonly title: string;
  readonly source: string;
  readonly answer: unknown;
  readonly rounds: number;
}

const PROGRAMS: readonly Program[] = [
  { title: "trivial run", source: "1 + 1", answer: 2, rounds: 200 },
  {
    title: "1,000 calls one after the other",
    source: "total = 0\nfor i in range(1000):\n    total += (await demo.echo(a=i, b='x'))['a']\ntotal",
    answer: 499_500,
    rounds: 9,
  },
  {
    title: "1,000 calls gathered",
    source: "import asyncio\nsum(r['a'] for r in await asyncio.gather(*(demo.echo(a=i, b='x') for i in range(1000))))",
    answer: 499_500,
    rounds: 9,
  },
  {
    title: "fib(27)",
    source: "def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)\nfib(27)",
    answer: 196_418,
    rounds: 5,
  },
  {
    title: "a value of 9,000 rows",
    source: "[{'id': i, 'name': f'row {i}', 'tags': ['a', 'b'], 'ok': True} for i in range(9000)]",
    answer: Array.from({ length: 9000 }, (_, i) => ({ id: i, name: `row ${i}`, tags: ["a", "b"], ok: true })),
    rounds: 5,
  },
];

async function timed<result>(work: () => Promise<result>): Promise<readonly [number, result]> {
  const started = performance.now();
  const result = await work();
  return [performance.now() - started, result];
}

function report(title: string, times: readonly number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(2).padStart(9);
  console.log(`${title.padEnd(48)} min ${at(0)}  p50 ${at(0.5)}  p95 ${at(0.95)}  (${sorted.length})`);
}

async function firstSessions(rounds: number): Promise<void> {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const engine = createPyodideEngine({ cacheDirectory, isolation, warmSessions: 0 });
    const [time] = await timed(async () => expectAnswer(await engine.open({ memoryBytes: MEMORY_BYTES }), "6 * 7", 42));
    times.push(time);
    await engine.close();
  }
  report(times.length === 1 ? "first session ever (image made)" : "first session of an engine, from the image", times);
}

async function warmSessions(rounds: number): Promise<void> {
  const engine = createPyodideEngine({ cacheDirectory, isolation });
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await engine.warm();
    const [time, session] = await timed(async () => {
      const opened = await engine.open({ memoryBytes: MEMORY_BYTES });
      await expectAnswer(opened, "6 * 7", 42);
      return opened;
    });
    times.push(time);
    await session.close();
  }
  await engine.close();
  report("session from the pool, first run included", times);
}

async function expectAnswer(session: SandboxSession, source: string, answer: unknown): Promise<void> {
  const value = await valueOf(session, source);
  if (JSON.stringify(value) !== JSON.stringify(answer)) throw new Error(`wrong answer from: ${source}`);
}

async function programs(): Promise<void> {
  const engine = createPyodideEngine({ cacheDirectory, isolation, warmSessions: 0 });
  const session = await engine.open({ memoryBytes: MEMORY_BYTES });
  for (const { title, source, answer, rounds } of PROGRAMS) {
    for (let warming = 0; warming < 3; warming += 1) await expectAnswer(session, source, answer);
    const times: number[] = [];
    for (let round = 0; round < rounds; round += 1)
      times.push((await timed(() => expectAnswer(session, source, answer)))[0]);
    report(title, times);
  }
  await engine.close();
}

const load = (): string =>
  loadavg()
    .map((each) => each.toFixed(2))
    .join(" ");
console.log(`Node ${process.version}, isolation ${isolation}, load average ${load()}; times in ms`);
try {
  await firstSessions(1);
  await firstSessions(5);
  await warmSessions(5);
  await programs();
} finally {
  rmSync(cacheDirectory, { recursive: true });
}
console.log(`load average at the end ${load()}`);
