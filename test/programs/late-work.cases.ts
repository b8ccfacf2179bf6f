import type { ProgramCase } from "./program-case.ts";

const SAVE = 'async function save(x: string) { await shop.motd({}); throw new Error("lost " + x); }\n';

/** TypeScript programs that put their work somewhere and do not look at it again, or that let it sleep. */
export const LATE_WORK_CASES: readonly ProgramCase[] = [
  {
    id: "promises pushed into a list that nothing reads",
    program: `const ps: Promise<unknown>[] = [];\n${SAVE}for (const x of ["a", "b"]) ps.push(save(x));\nawait shop.slow({ ms: 20 });\nreturn "saved";`,
    fails: ["runtime_error", 2],
    says: ["lost a", "line 3"],
  },
  {
    id: "the same promises, when they are looked at",
    program: `const ps: Promise<unknown>[] = [];\n${SAVE}for (const x of ["a", "b"]) ps.push(save(x));\nreturn (await Promise.allSettled(ps)).map(({ status }) => status);`,
    value: ["rejected", "rejected"],
  },
  {
    id: "a call that is put into a field",
    program:
      'const jobs: any = {};\njobs.mail = shop.fail({ message: "lost mail" });\nawait shop.slow({ ms: 20 });\nreturn "ok";',
    fails: ["tool_error", 2],
    says: ["lost mail"],
  },
  {
    id: "promises in a Set",
    program:
      'const open = new Set();\nopen.add(shop.fail({ message: "lost" }));\nawait shop.slow({ ms: 20 });\nreturn "ok";',
    fails: ["tool_error", 2],
  },
  {
    id: "promises in a list literal that is only counted",
    program: 'const jobs = [shop.fail({ message: "lost" })];\nawait shop.slow({ ms: 20 });\nreturn jobs.length;',
    fails: ["tool_error", 1],
  },
  {
    id: "a promise that is caught later is no failure",
    program:
      'const job = shop.fail({ message: "x" });\nawait shop.slow({ ms: 20 });\ntry { await job; } catch (e: any) { return e.message; }',
    value: "x",
  },
  {
    id: "an async executor that fails while nothing waits",
    program:
      'new Promise(async () => { await shop.motd({}); throw new Error("inside"); });\nawait shop.slow({ ms: 20 });\nreturn 1;',
    fails: ["runtime_error", 1],
    says: ["inside"],
  },
  {
    id: "an async executor that fails while the program waits for it",
    program:
      'const text = await new Promise<string>(async (resolve) => {\n  await shop.motd({});\n  throw new Error("inside");\n});\nreturn text;',
    fails: ["runtime_error", 3],
    says: ["inside"],
    mustNotSay: ["never happen"],
  },
  {
    id: "an async executor that works",
    program: "return await new Promise(async (resolve) => { resolve(await shop.motd({})); });",
    value: "Welcome to the shop",
  },
  {
    id: "an async listener that fails",
    program:
      'const c = new AbortController();\nc.signal.addEventListener("abort", async () => { throw new Error("in listener"); });\nc.abort();\nreturn 1;',
    fails: ["runtime_error", 2],
    says: ["in listener"],
  },
  {
    id: "work that sleeps before it writes",
    program:
      'async function later() {\n  await sleep(3500);\n  await shop.note({ text: "late" });\n}\nlater();\nsleep(3500).then(() => shop.note({ text: "chained" }));\nreturn 1;',
    value: 1,
    writes: ["late", "chained"],
    says: ["Not awaited in line 5, 6"],
  },
  {
    id: "a sleep alone is dropped",
    program: "sleep(20_000);\nreturn 1;",
    value: 1,
    says: ["dropped"],
    mustNotSay: ["waited for"],
  },
  {
    id: "the sleep that lost a race is dropped",
    program: "const limit = sleep(20_000);\nreturn await Promise.race([shop.motd({}), limit]);",
    value: "Welcome to the shop",
    says: ["dropped"],
  },
  {
    id: "a promise that becomes text where the text of the program does not show it",
    program:
      'const call: any = shop.motd;\nconst all: any[] = [1].map(() => call({}));\nconst first = all[0];\nreturn {\n  text: "x" + first,\n};',
    says: ["used as a text in line 5", "await"],
  },
  {
    id: "a promise that becomes JSON where the text of the program does not show it",
    program: "const call: any = shop.motd;\nconst all: any[] = [1].map(() => call({}));\nreturn JSON.stringify(all);",
    says: ["written as JSON in line 3", "await"],
  },
  {
    id: "a getter that calls a tool is read once",
    program: 'return { get later() { return shop.note({ text: "from getter" }); } };',
    value: { later: "noted" },
    writes: ["from getter"],
  },
  {
    id: "a toJSON that calls a tool runs once",
    program: 'return await shop.echo({ value: { toJSON: () => ({ x: shop.note({ text: "j" }) }) } });',
    value: { value: { x: "noted" }, kind: "object" },
    writes: ["j"],
  },
  {
    id: "an integer with more digits than a number holds",
    program: "return await shop.echo({\n  value: 1915883588174806058,\n});",
    says: ["1915883588174806058 in line 2 is too large for a number", "`1915883588174806058n`"],
  },
  {
    id: "an object whose toJSON returns nothing",
    program: "return { toJSON() {} };",
    value: null,
    says: ["toJSON returns nothing"],
  },
  {
    id: "a generator of promises",
    program: "function* calls() { yield shop.motd({}); yield 2; }\nreturn calls();",
    value: ["Welcome to the shop", 2],
  },
];
