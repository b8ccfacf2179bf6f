import { QuickJsEngine } from "../../src/engines/quickjs/quickjs-engine.ts";
import type { ContractPrograms } from "../../src/testing/contract/contract-programs.ts";
import { describeSandboxContract } from "../../src/testing/sandbox-contract.ts";

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
  seesTimeAndChance: `
    const seen = [Math.random(), crypto.randomUUID(), Date.now(), new Date().toISOString(), performance.now(), performance.timeOrigin];
    const add = (a, b) => tools.add({ a, b }).then((sum) => (console.log(sum, Date.now()), sum));
    seen.push(await Promise.all([1, 2, 3, 4, 5, 6].map((n) => add(n, Math.floor(Math.random() * 100)))));
    seen.push(await Promise.race([add(1, 1), add(2, 2), add(3, 3)]));
    const order = [];
    await Promise.allSettled([20, 40, 60].flatMap((ms) => [sleep(ms).then(() => order.push("timer " + ms)), add(ms, 0).then(() => order.push("call " + ms))]));
    seen.push(order, await Promise.any([tools.fail({}), add(7, 7), add(8, 8)]));
    for (let i = 0; i < 5; i++) { await sleep(i); seen.push(await add(i, Date.now() % 1000)); }
    const end = Date.now() + 3; while (Date.now() < end);
    let done = false; void add(9, 9).then(() => (done = true)); while (!done) await null;
    const every = setInterval(() => order.push("tick"), 7); await sleep(30); clearInterval(every);
    return [...seen, performance.now(), crypto.getRandomValues(new Uint8Array(4)).join()]`,
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
