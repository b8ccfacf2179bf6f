import { createCodemode, defineTool } from "codemode";
import { measureAlone } from "./measure.ts";
import type { Measurement } from "./report.ts";

const rows = Array.from({ length: 9_000 }, (_, id) => ({ id, name: `row ${id}`, group: id % 7, text: "x".repeat(60) }));

const tools = [
  defineTool({ name: "echo", description: "Echoes.", inputSchema: { type: "object" }, execute: (args) => args }),
  defineTool({
    name: "rows",
    description: "Gives 9,000 rows.",
    inputSchema: { type: "object" },
    execute: () => ({ rows }),
  }),
];

const SEQUENTIAL = "let n = 0; for (let i = 0; i < 1000; i++) n += (await host.echo({ i })).i; n";
const PARALLEL =
  "(await Promise.all(Array.from({ length: 1000 }, (_, i) => host.echo({ i })))).reduce((sum, { i }) => sum + i, 0)";

/** Programs against host functions: engine, bridge and gate without any server. */
export async function measureExecution(): Promise<Measurement[]> {
  const limits = { toolCalls: 1_000_000, valueBytes: 4_000_000 };
  await using codemode = createCodemode({ tools: { host: tools }, limits });
  await codemode.executor.setup();
  const run = (code: string, typeCheck: boolean) => async (): Promise<unknown> => {
    const { value, error } = await codemode.executor.execute(code, { typeCheck });
    if (error !== null) throw new Error(error.message);
    return value;
  };
  // A program that comes again is not read again; each of these is another.
  let made = 0;
  const runNew = (code: string, typeCheck: boolean) => (): Promise<unknown> => run(`${code} // ${made++}`, typeCheck)();
  const results: Measurement[] = [];
  for (const workload of [
    { name: "trivial program, no type check", run: run("1 + 1", false), answer: 2, rounds: 300, promise: 1 },
    { name: "trivial program, type check", run: run("1 + 1", true), answer: 2, rounds: 150, promise: 1 },
    { name: "one not seen before, no type check", run: runNew("1 + 1", false), answer: 2, rounds: 300, promise: 1 },
    { name: "one not seen before, type check", run: runNew("1 + 1", true), answer: 2, rounds: 150, promise: 9 },
    { name: "1,000 host calls in sequence", run: run(SEQUENTIAL, false), answer: 499_500, rounds: 30, promise: 30 },
    { name: "1,000 host calls in parallel", run: run(PARALLEL, false), answer: 499_500, rounds: 30, promise: 18 },
    { name: "1 MB of JSON in", run: run("(await host.rows({})).rows.length", false), answer: 9_000, rounds: 15 },
    { name: "1 MB of JSON in and out", run: run("(await host.rows({})).rows", false), answer: rows, rounds: 15 },
    {
      name: "fib(27) in the guest",
      run: run("const f = (n) => (n < 2 ? n : f(n - 1) + f(n - 2)); f(27)", false),
      answer: 196_418,
      rounds: 15,
    },
  ]) {
    results.push(await measureAlone(workload));
  }
  return results;
}
