/** Times the sandbox engine alone: a fresh sandbox for a trivial program, and calls of a host function. */
import { loadavg } from "node:os";
import type { Cell, CellHost, SandboxEngine } from "../../src/engines/engine.ts";
import { createQuickJsEngine } from "../../src/engines/quickjs/quickjs-engine.ts";

const MB = 1024 * 1024;
const limits = { timeMs: 30_000, logBytes: MB, valueBytes: 4 * MB, argumentBytes: 4 * MB };
const namespaces = {
  version: "bench",
  namespaces: [{ name: "host", functions: [["add", "host__add"]] as const }],
};
const host: CellHost = {
  call: async ({ argumentsJson }) => {
    const { a, b }: { a: number; b: number } = JSON.parse(argumentsJson);
    return { ok: true, valueJson: String(a + b) };
  },
  output: () => undefined,
};

function cell(source: string): Cell {
  return { source, filename: "bench.ts", namespaces, limits };
}

async function expectValue(engine: SandboxEngine, source: string, expected: string): Promise<number> {
  const session = await engine.open({ memoryBytes: 64 * MB });
  const program = cell(source);
  const start = performance.now();
  const outcome = await session.run(program, host);
  const elapsed = performance.now() - start;
  await session.close();
  if (outcome.kind !== "finished" || outcome.valueJson !== expected) throw new Error(JSON.stringify(outcome));
  return elapsed;
}

async function trivial(engine: SandboxEngine): Promise<number> {
  const start = performance.now();
  await expectValue(engine, "return 1", "1");
  return performance.now() - start;
}

const SEQUENTIAL = "let sum = 0; for (let i = 0; i < 1000; i++) sum = await host.add({ a: sum, b: i }); return sum";
const PARALLEL =
  "const all = await Promise.all(Array.from({ length: 1000 }, (_, i) => host.add({ a: i, b: i }))); return all.reduce((a, b) => a + b, 0)";
const FIB = "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); return fib(27)";

function report(name: string, times: number[]): void {
  const sorted = times.toSorted((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor((sorted.length - 1) * share)] ?? 0).toFixed(3);
  console.log(`${name.padEnd(34)} p50 ${at(0.5)}  p95 ${at(0.95)}  min ${at(0)} ms  (${sorted.length} runs)`);
}

async function repeat(count: number, run: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index += 1) times.push(await run());
  return times;
}

const engine = createQuickJsEngine();
const coldStart = performance.now();
await engine.warm();
console.log(
  `load ${loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")}; warm-up ${(performance.now() - coldStart).toFixed(0)} ms`,
);
await repeat(50, () => trivial(engine));
report("fresh sandbox, return 1", await repeat(1000, () => trivial(engine)));
const session = await engine.open({ memoryBytes: 64 * MB });
report(
  "same sandbox, return 1",
  await repeat(1000, async () => {
    const start = performance.now();
    await session.run(cell("return 1"), host);
    return performance.now() - start;
  }),
);
await session.close();
await repeat(3, () => expectValue(engine, SEQUENTIAL, "499500"));
report("1,000 calls in sequence", await repeat(30, () => expectValue(engine, SEQUENTIAL, "499500")));
report("1,000 calls in parallel", await repeat(30, () => expectValue(engine, PARALLEL, "999000")));
report("fib(27)", await repeat(10, () => expectValue(engine, FIB, "196418")));
const start = performance.now();
await Promise.all(Array.from({ length: 32 }, () => trivial(engine)));
console.log(`32 fresh sandboxes at once         ${(performance.now() - start).toFixed(1)} ms`);
await engine.close();
