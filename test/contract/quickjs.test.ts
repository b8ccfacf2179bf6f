import { QuickJsEngine } from "../../src/engines/quickjs/quickjs-engine.ts";
import { describeSandboxContract, type ContractPrograms } from "../../src/testing/sandbox-contract.ts";

const programs: ContractPrograms = {
  value: `return { answer: 42, list: [1, "two", null, true] }`,
  noValue: `const unused = 1`,
  prints: `console.log("one"); console.error("two"); console.info("three")`,
  setsCounter: `counter = 41`,
  readsCounter: `return counter + 1`,
  lacksCounter: `return typeof counter === "undefined"`,
  callsEcho: `return await tools.echo({ text: 'hä\\n"quoted" 😀' })`,
  callsInSequence: `let sum = 0; for (let i = 0; i < 20; i++) sum = await tools.add({ a: sum, b: i }); return sum`,
  callsInParallel: `return Promise.all(Array.from({ length: 20 }, (_, a) => tools.add({ a, b: 1 })))`,
  catchesCallError: `try { await tools.fail() } catch ({ code, message, tool }) { return { code, message, tool } }`,
  callErrorUncaught: { source: `const one = 1;\nconst two = 2;\nawait tools.fail({});\nreturn one`, line: 3 },
  raises: { source: `const f = () => {\n  throw new Error("broken");\n};\nf();`, line: 2 },
  syntaxError: { source: `const a = 1;\nconst b = ;\n`, line: 2 },
  importsTools: `const { echo } = await import("./generated/servers/tools.ts"); return echo({ text: "imported" })`,
  importsUnknown: `await import("generated/servers/nothing")`,
  loopsForever: `for (;;);`,
  loopsAfterCall: `await tools.echo({}); for (;;);`,
  loopsCatchingAll: `for (;;) { try { for (;;); } catch {} finally { continue } }`,
  hangs: `await tools.hang({})`,
  leavesCallBehind: `void tools.hang({}); throw new Error("left")`,
  growsForever: `const all = []; for (;;) all.push({ a: 1, b: [1, 2, 3] })`,
  largeValue: `return "x".repeat(5000)`,
  floodsOutput: `for (let i = 0; i < 1000; i++) console.log("x".repeat(99))`,
  printsThenLoops: `console.log("before"); for (;;);`,
};

describeSandboxContract(
  "quickjs",
  {
    create: () => new QuickJsEngine(),
    kill: async (engine) => {
      if (engine instanceof QuickJsEngine) await Promise.all(engine.pool.threads.map((thread) => thread.terminate()));
    },
    memoryBytes: 64 * 1024 * 1024,
  },
  programs,
);
