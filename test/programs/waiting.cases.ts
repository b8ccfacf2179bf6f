import type { ProgramCase } from "./program-case.ts";

const ORDER_1 = { id: "o1", customer: "Ada", total: 12.5, placed: "2025-03-01T23:30:00Z" };

/** TypeScript programs that start work without waiting for it. */
export const WAITING_CASES: readonly ProgramCase[] = [
  {
    id: "forEach with an async callback, then the results",
    program:
      'const results: any[] = [];\n["o1", "o1"].forEach(async (id) => {\n  results.push(await shop.get_order({ id }));\n});\nreturn results;',
    value: [ORDER_1, ORDER_1],
    says: ["Not awaited in line 2"],
  },
  {
    id: "an un-awaited function that throws",
    program:
      'async function save() {\n  await null;\n  throw new Error("disk full");\n}\nsave();\nawait shop.slow({ ms: 20 });\nreturn "saved";',
    fails: ["runtime_error", 3],
    says: ["disk full", "line 5"],
  },
  {
    id: "void main()",
    program:
      'async function main() { await shop.slow({ ms: 50 }); console.log("done"); return 5; }\nvoid main();\nconst end = 1;',
    stdout: "done\n",
    says: ["Not awaited in line 2"],
  },
  {
    id: "a floating call that fails while the program goes on",
    program: 'shop.fail({ message: "lost mail" });\nawait shop.slow({ ms: 30 });\nreturn "mail sent";',
    fails: ["tool_error", 1],
    says: ["lost mail", "await"],
  },
  {
    id: "an async function called at once, then a constant",
    program: '(async () => { await shop.slow({ ms: 20 }); console.log("x"); })();\nconst later = 1;',
    stdout: "x\n",
    says: ["Not awaited in line 1"],
  },
  {
    id: "try around a call that is not awaited",
    program:
      'async function main() { throw new Error("boom"); }\ntry { main(); } catch (e) { console.error("caught", e); }\nconsole.log("ok");',
    fails: ["runtime_error", 1],
    says: ["boom", "await"],
  },
  {
    id: "a timer that does the work",
    program: 'setTimeout(async () => { await shop.note({ text: "late" }); }, 10);',
    writes: ["late"],
  },
  {
    id: "a chain of then that nobody waits for",
    program: 'shop.motd({}).then((text) => shop.note({ text }));\n"started"',
    value: "started",
    writes: ["Welcome to the shop"],
    says: ["Not awaited in line 1"],
  },
  {
    id: "a chain of then that fails",
    program: "shop.motd({}).then((text: any) => text.missing.field);\n'started'",
    fails: ["runtime_error", 1],
    says: ["missing"],
  },
  {
    id: "a rejection that is handled by catch",
    program:
      'const errors: string[] = [];\nshop.fail({ message: "no" }).catch((e) => errors.push(e.message));\nreturn errors;',
    value: ["no"],
  },
  {
    id: "a promise kept and awaited later in try",
    program:
      'const p = shop.fail({ message: "no" });\nlet text = "";\ntry { await p; } catch (e: any) { text = e.message; }\ntext',
    value: "no",
  },
  {
    id: "writes in a loop without await",
    program: 'for (const text of ["a", "b", "c"]) {\n  shop.note({ text });\n}\n"ok"',
    value: "ok",
    writes: ["a", "b", "c"],
    says: ["Not awaited in line 2"],
  },
  {
    id: "map of calls as a statement",
    program: '["a", "b"].map((text) => shop.note({ text }));\nconst done = true;\ndone',
    value: true,
    writes: ["a", "b"],
    says: ["Not awaited in line 1"],
  },
  {
    id: "map of calls as a statement, one fails",
    program: '["o1", "zz"].map((id) => shop.get_order({ id }));\n"ok"',
    fails: ["tool_error", 1],
    says: ["zz"],
  },
  {
    id: "forEach with an arrow that gives the call",
    program: '["a", "b"].forEach((text) => shop.note({ text }));\nreturn 2;',
    value: 2,
    writes: ["a", "b"],
  },
  {
    id: "forEach of a set with an async callback that fails",
    program: 'new Set(["zz"]).forEach(async (id) => { await shop.get_order({ id }); });\nreturn "ok";',
    fails: ["tool_error", 1],
    says: ["zz"],
  },
  {
    id: "a variable that nothing reads",
    program: 'const unused = shop.fail({ message: "unseen" });\nreturn 1;',
    fails: ["tool_error", 1],
    says: ["unseen"],
  },
  {
    id: "Promise.all without await",
    program: 'Promise.all([shop.note({ text: "a" }), shop.note({ text: "b" })]);\n"ok"',
    value: "ok",
    writes: ["a", "b"],
  },
  {
    id: "an async method called in a condition",
    program: 'const dry = false;\ndry || shop.note({ text: "real" });\n"ok"',
    value: "ok",
    writes: ["real"],
  },
  {
    id: "an interval that ends itself",
    program:
      "let n = 0;\nconst timer = setInterval(() => {\n  n += 1;\n  shop.note({ text: `n${n}` });\n  if (n === 3) clearInterval(timer);\n}, 10);",
    writes: ["n1", "n2", "n3"],
  },
  {
    id: "a race with a long time-out",
    program:
      'const text = await Promise.race([\n  shop.motd({}),\n  new Promise((_, reject) => setTimeout(() => reject(new Error("timeout")), 30000)),\n]);\ntext',
    value: "Welcome to the shop",
    says: ["Timers that were still set at the end were dropped: 1, of up to 30000 ms"],
  },
  {
    id: "a timer that does nothing",
    program: "setTimeout(() => {}, 20000);\n5",
    value: 5,
    says: ["dropped"],
  },
  {
    id: "an interval that never ends",
    program: "setInterval(() => { globalThis.beat = 1; }, 5000);\n6",
    value: 6,
    says: ["dropped"],
  },
  {
    id: "sleep in work that nobody waits for",
    program:
      'async function later() { await new Promise((resolve) => setTimeout(resolve, 100)); await shop.note({ text: "slept" }); }\nlater();\n"ok"',
    value: "ok",
    writes: ["slept"],
  },
  {
    id: "an error in a timer",
    program: 'setTimeout(() => {\n  throw new Error("in the timer");\n}, 0);\nawait shop.slow({ ms: 20 });\n"ok"',
    fails: ["runtime_error", 2],
    says: ["in the timer"],
  },
  {
    id: "the program's own error comes first",
    program: 'shop.fail({ message: "second" });\nthrow new Error("first");',
    fails: ["runtime_error", 2],
    says: ["first"],
  },
  {
    id: "content handed on without await",
    program: 'codemode.emit("hello");\nreturn 1;',
    value: 1,
    mustNotSay: ["Not awaited"],
  },
  {
    id: "a method of a class that nobody waits for",
    program:
      'class Job { async run() { await shop.note({ text: "job" }); throw new Error("after"); } }\nnew Job().run();\n"ok"',
    fails: ["runtime_error", 1],
    says: ["after", "line 2"],
    writes: ["job"],
  },
  {
    id: "void of a chain",
    program: 'void shop.note({ text: "v" }).then(() => shop.note({ text: "w" }));\nreturn 1;',
    value: 1,
    writes: ["v", "w"],
  },
  {
    id: "a function of an earlier program that is not awaited",
    program: ['async function log(text: string) { await shop.note({ text }); }\nawait log("a");\n1', 'log("b");\n2'],
    value: 2,
    writes: ["a", "b"],
    says: ["Not awaited in line 1"],
  },
];

/** TypeScript programs that use promises as values. */
export const PROMISE_CASES: readonly ProgramCase[] = [
  {
    id: "map with an async function as the value",
    program:
      "const { orders } = await shop.list_orders({ limit: 1 });\nconst rich = orders.map(async (o) => ({ id: o.id, x: await shop.get_order({ id: o.id }) }));\nrich;",
    value: [{ id: "o1", x: ORDER_1 }],
  },
  {
    id: "Promise.all inside an object",
    program: "({ a: Promise.all([shop.motd({})]) })",
    value: { a: ["Welcome to the shop"] },
  },
  {
    id: "an object made from entries of promises",
    program: 'Object.fromEntries(["o1"].map((id) => [id, shop.get_order({ id })]))',
    value: { o1: ORDER_1 },
  },
  {
    id: "a map and a set of promises",
    program: 'return { m: new Map([["a", shop.count({})]]), s: new Set([shop.count({})]) };',
    value: { m: { a: "14" }, s: ["14"] },
  },
  {
    id: "a promise inside an argument that takes anything",
    program: "return await shop.echo({ value: { m: shop.motd({}) } });",
    value: { value: { m: "Welcome to the shop" }, kind: "object" },
  },
  {
    id: "a list of promises as an argument",
    program: "return (await shop.echo({ value: [1, 2].map(async (n) => n * 2) })).value;",
    value: [2, 4],
  },
  {
    id: "a promise that is handed on",
    program: "codemode.emit(shop.motd({}) as any);\n1",
    value: 1,
    mustNotSay: ["{}"],
  },
  {
    id: "a promise that is kept as an artifact",
    program: "const s = await codemode.artifacts.save(shop.count({}) as any);\nawait codemode.artifacts.read(s.id)",
    value: "14",
  },
  {
    id: "a promise in the value that rejects",
    program: "return {\n  a: shop.fail({ message: 'inside' }),\n};",
    fails: ["tool_error", 2],
    says: ["inside"],
  },
  {
    id: "a promise in an argument that rejects",
    program: "return await shop.echo({ value: [shop.fail({ message: 'inside' })] });",
    fails: ["tool_error", 1],
    says: ["inside"],
  },
  {
    id: "an export of a list of promises",
    program: 'export default ["o1"].map((id) => shop.get_order({ id }));',
    value: [ORDER_1],
  },
  {
    id: "an array of results and promises pushed in a loop",
    program:
      "const all: any[] = [];\nfor (const n of [1, 2]) all.push(shop.echo({ value: n }).then((r) => r.value));\nall",
    value: [1, 2],
  },
  {
    id: "a promise that became text on the way",
    program: 'const parts: any[] = [shop.motd({})];\nreturn parts.join("-");',
    value: "[object Promise]",
    says: ["promise", "`await`"],
  },
  {
    id: "a promise that was written as JSON on the way",
    program: "const all: any = { list: [shop.motd({})] };\nreturn JSON.stringify(all);",
    value: '{"list":[{}]}',
    says: ["promise", "`await`"],
  },
  {
    id: "a sum with a promise on the way",
    program: "const xs: any[] = [shop.count({})];\nreturn xs.reduce((sum, x) => sum - x, 0);",
    value: null,
    says: ["promise", "`await`"],
  },
  {
    id: "a value that holds a promise that never ends",
    program: "return { a: new Promise(() => {}) };",
    fails: ["runtime_error", 1],
    says: ["never"],
  },
];
