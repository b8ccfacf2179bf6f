import { type ProgramCase, titled } from "./program-case.ts";

const PAGES =
  'const log: string[] = [];\nasync function* pages() {\n  try {\n    yield 1;\n    yield 2;\n  } finally {\n    await shop.note({ text: "closed" });\n    log.push("closed");\n  }\n}\n';

/** `for await` over a generator that has something to finish. */
const LOOPS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: `${PAGES}for await (const page of pages()) if (page === 1) break;\nlog.push("after");\nreturn log;`,
    value: ["closed", "after"],
    writes: ["closed"],
    mustNotSay: ["Not awaited"],
  },
  {
    program: `${PAGES}async function first() {\n  for await (const page of pages()) return page;\n}\nlog.push(String(await first()));\nreturn log;`,
    value: ["closed", "1"],
    writes: ["closed"],
  },
  {
    program: `${PAGES}try {\n  for await (const page of pages()) throw new Error(\`page \${page}\`);\n} catch (e: any) {\n  log.push(e.message);\n}\nreturn log;`,
    value: ["closed", "page 1"],
    writes: ["closed"],
  },
  {
    program: `${PAGES}outer: for (const n of [1, 2]) {\n  inner: for await (const page of pages()) {\n    for (const k of [1]) {\n      if (n === 1) continue outer;\n      if (page === 1) continue inner;\n      log.push(\`\${n}\${page}\${k}\`);\n    }\n  }\n}\nreturn log;`,
    value: ["closed", "221", "closed"],
    writes: ["closed", "closed"],
  },
  {
    program: `${PAGES}async function* twice() {\n  for await (const page of pages()) yield page * 2;\n}\nfor await (const page of twice()) {\n  log.push(String(page));\n  break;\n}\nreturn log;`,
    value: ["2", "closed"],
    writes: ["closed"],
  },
  {
    program:
      'const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }), return: async () => { throw new Error("cannot close"); } }) };\ntry {\n  for await (const x of source) break;\n} catch (e: any) {\n  return e.message;\n}',
    value: "cannot close",
  },
  {
    program:
      'const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ value: 1, done: false }), return: async () => { throw new Error("cannot close"); } }) };\nfor await (const x of source) throw new Error("the first");',
    fails: ["runtime_error", 2],
    says: ["the first"],
  },
  {
    program: "const out: number[] = [];\nfor await (const n of [Promise.resolve(1), 2]) out.push(n);\nreturn out;",
    value: [1, 2],
  },
  {
    program: "for await (const order of shop.list_orders({}) as any) console.log(order);",
    fails: ["runtime_error", 1],
    says: ["is not a list, so it cannot be iterated", "write `(await shop.list_orders({}))`"],
  },
];

/** The lines that stacks name. */
const STACKS: readonly Omit<ProgramCase, "id">[] = [
  {
    program:
      'function inner() {\n  throw new Error("deep");\n}\nconst a = 1;\nfunction outer() {\n  inner();\n}\ntry {\n  outer();\n} catch (e: any) {\n  const { message, stack } = e;\n  return stack.replace(/:\\d+\\)/g, ")").split("\\n    ");\n}',
    value: ["Error: deep", "at inner (program.ts:2)", "at outer (program.ts:6)", "at <anonymous> (program.ts:9)"],
  },
  {
    program:
      'import { motd } from "generated/servers/shop";\nimport { count } from "generated/servers/shop";\nexport default async function main() {\n  try {\n    fail();\n  } catch (e) {\n    console.log(e);\n  }\n}\nfunction fail() {\n  throw new TypeError("bad");\n}',
    says: [/at fail \(program\.ts:11:/, /at main \(program\.ts:5:/],
  },
  {
    program:
      "Here it is:\n```ts\ninterface Row {\n  id: number;\n}\nfunction boom(row: Row) {\n  throw new Error(`row ${row.id}`);\n}\ntry {\n  boom({ id: 1 });\n} catch (e: any) {\n  return e.stack.match(/ts:\\d+/g);\n}\n```",
    value: ["ts:7", "ts:10"],
  },
  {
    program:
      "export async function* ids() {\n  yield 1;\n}\nfunction twice(n: number): number {\n  return n * 2;\n}\nasync function load() {}\nreturn [ids.name, twice.name, load.name, twice(2), twice.length];",
    value: ["ids", "twice", "load", 4, 1],
  },
];

/** Whole numbers of any size beside ordinary ones. */
const BIG_INTEGERS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: 'const t = "12";\nreturn parseInt(t) * (2n as any);',
    fails: ["runtime_error", 2],
    says: ["`big * BigInt(count)`"],
  },
  {
    program: "return Math.max(1n as any, 2);",
    fails: ["runtime_error", 1],
    says: ["`Math` takes ordinary numbers alone"],
  },
  { program: "const x: any = 3n;\nreturn +x;", fails: ["runtime_error", 2], says: ["Write `Number(value)`"] },
  { program: "return BigInt(1.5);", fails: ["runtime_error", 1], says: ["BigInt(Math.round(value))"] },
  { program: 'return BigInt("1.5");', fails: ["runtime_error", 1], says: ["`BigInt` takes whole numbers"] },
  { program: "return JSON.stringify({ a: 1n });", value: '{"a":"1"}' },
];

/** Slips whose repair the result says. */
const SLIPS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: "const xs = [2, 1]\n[...xs].sort().map((x) => x);",
    fails: ["syntax_error", 2],
    says: ["A `;` is missing at the end of the line before"],
  },
  {
    program: "return await retry(shop.count({}) as any, { maxAttempts: 2 });",
    fails: ["runtime_error", 1],
    says: ["retry takes a function", "retry(() => server.tool({ … })"],
  },
  { program: "const client = new MCPClient();", fails: ["type_error", 1], says: ["No client is needed"] },
  {
    program: 'const rows: any[] = [{ due: null }];\nreturn rows.filter((r) => r.due.startsWith("2025"));',
    fails: ["runtime_error", 2],
    says: ["write `r.due?.startsWith`"],
  },
];

/** TypeScript programs that leave loops early, ask errors for their stack or calculate with big integers. */
export const LEAVING_CASES: readonly ProgramCase[] = titled([...LOOPS, ...STACKS, ...BIG_INTEGERS, ...SLIPS]);
