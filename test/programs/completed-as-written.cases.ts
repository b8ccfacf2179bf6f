import { type ProgramCase, titled } from "./program-case.ts";

const ROWS: readonly Omit<ProgramCase, "id">[] = [
  {
    program: "~~~typescript\nconst { orders } = await shop.list_orders({ limit: 2 });\nreturn orders.length;\n~~~",
    value: 2,
  },
  {
    program:
      'Sure! Below is the script you asked for.\n\n```TS title="count.ts" showLineNumbers\nconst r = await shop.list_orders({});\nconsole.log(r.orders.length);\n```\n\nLet me know if you want anything else!',
    value: null,
    stdout: "3\n",
    mustNotSay: ["returned no value"],
  },
  {
    program:
      'async function notifyAll(ids: string[]) {\n  for (const id of ids) await shop.note({ text: id });\n}\nnotifyAll(["a", "b"]);\nconsole.log("queued");',
    value: null,
    stdout: "queued\n",
    says: ["Not awaited in line 4: the run waited for it at its end. Write `await`"],
    mustNotSay: ["returned no value"],
    writes: ["a", "b"],
  },
  {
    program: 'setTimeout(async () => { await shop.note({ text: "late" }); }, 30);\nreturn "scheduled";',
    value: "scheduled",
    writes: ["late"],
  },
  {
    program:
      'const jobs = ["o1", "o2"].map(id => shop.get_order({ id }));\nPromise.all(jobs).then(rs => console.log(rs.map((r: any) => r.customer).join(",")));',
    value: null,
    stdout: "Ada,Bo\n",
    mustNotSay: ["returned no value"],
  },
  {
    program:
      'const results = [];\nfor (const id of ["o1", "o2"]) { results.push(shop.get_order({ id })); }\nreturn results;',
    value: [
      {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      {
        id: "o2",
        customer: "Bo",
        total: 1234567.891,
        placed: "2025-03-09T07:30:00Z",
      },
    ],
    says: ["Not awaited in line 2: the run waited for it at its end. Write `await`"],
  },
  {
    program: 'const m = new Map();\nfor (const id of ["o1", "o2"]) m.set(id, shop.get_order({ id }));\nreturn m;',
    value: {
      o1: {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      o2: {
        id: "o2",
        customer: "Bo",
        total: 1234567.891,
        placed: "2025-03-09T07:30:00Z",
      },
    },
    says: ["Maps became objects.", "Not awaited in line 2: the run waited for it at its end. Write `await`"],
  },
  {
    program:
      "const o = await shop.list_orders({});\nreturn o.orders.reduce(async (sum, x) => (await sum) + x.total, Promise.resolve(0));",
    value: 1234587.391,
  },
  {
    program:
      'const fmt = new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" });\nreturn fmt.format(1234567.891);',
    value: "1.234.567,89 €",
  },
  {
    program:
      'return new Date("2025-03-09T07:30:00Z").toLocaleString("en-US", { timeZone: "America/New_York", dateStyle: "full", timeStyle: "short" });',
    value: "Sunday, March 9, 2025 at 3:30 AM",
  },
  {
    program: 'return ["z", "ä", "a"].sort(new Intl.Collator("sv").compare);',
    value: ["a", "z", "ä"],
  },
  {
    program:
      'return new Intl.DateTimeFormat("ja-JP", { dateStyle: "long", timeZone: "Asia/Tokyo" }).format(new Date(0));',
    value: "1970年1月1日",
  },
  {
    program: 'return new Intl.DisplayNames(["en"], { type: "region" }).of("US");',
    value: "United States",
  },
  {
    program:
      "export default async function run({ limit }: { limit: number } = { limit: 2 }) {\n  return (await shop.list_orders({ limit })).orders.length;\n}",
    value: 2,
  },
  {
    program:
      'async function main() {\n  return (await shop.list_orders({})).orders.length;\n}\n\nmain().catch((error) => {\n  console.error("Fatal:", error);\n  process.exit(1);\n});',
    value: 3,
  },
  {
    program:
      "try {\n  return (await shop.count({})).length;\n} catch (error) {\n  console.error(error);\n  process.exitCode = 1;\n}",
    value: 2,
  },
  {
    program: "export default async function () { return (await shop.list_orders({})).orders.map(o => o.id); }",
    value: ["o1", "o2", "o3"],
  },
  {
    program: "const main = async () => { const r = await shop.count({}); return r; };",
    value: "14",
  },
  {
    program: "const x = await shop.count({});\n{ count: x, ok: true }",
    value: {
      count: "14",
      ok: true,
    },
  },
  {
    program:
      "function helper(a) { return a * 2; }\nasync function main() { const c = await shop.count({}); return helper(Number(c)); }",
    value: 28,
  },
  {
    program: "(async function run() { const t = await shop.motd({}); console.log(t); })();",
    value: null,
    stdout: "Welcome to the shop\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: "return [1, 2, 3].values();",
    value: [1, 2, 3],
    says: ["Iterators became lists of what was left in them."],
  },
  {
    program: "function* gen() { yield 1; yield 2; }\nreturn gen();",
    value: [1, 2],
    says: ["Iterators became lists of what was left in them."],
  },
  {
    program:
      'return { when: new Date("2025-01-01"), re: /a/g, err: new Error("x"), s: new Set([1]), u: undefined, f: () => 1, n: NaN, big: 10n ** 20n };',
    value: {
      when: "2025-01-01T00:00:00.000Z",
      re: "/a/g",
      err: {
        name: "Error",
        message: "x",
      },
      s: [1],
      n: null,
      big: "100000000000000000000",
    },
    says: ["Dates became ISO text.", "Regular expressions became text."],
  },
  {
    program: 'await shop.echo({ value: { d: new Date(0), s: new Set([1, 2]), m: new Map([["a", 1]]) } });',
    value: {
      value: {
        d: "1970-01-01T00:00:00.000Z",
        s: [1, 2],
        m: {
          a: 1,
        },
      },
      kind: "object",
    },
    says: [
      "In the arguments of shop__echo: Sets became lists.",
      "In the arguments of shop__echo: Maps became objects.",
    ],
  },
  {
    program:
      'const ids = ["o1", "o2"]; \nfor await (const o of ids.map(id => shop.get_order({ id }))) console.log(o.customer);',
    value: null,
    stdout: "Ada\nBo\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: 'console.table([{ a: 1 }]); console.debug("d"); console.assert(1 > 2, "no"); console.dir({ x: 1 });',
    value: null,
    stdout: "(index)  a\n0        1\nd\n{ x: 1 }\n",
    mustNotSay: ["returned no value"],
  },
  {
    program: "let attempts = 0;\nwhile (true) { attempts++; if (attempts > 3) break; }\nreturn attempts",
    value: 4,
  },
  {
    program:
      'const result = await shop.get_order({ id: "o1" })\nconst summary = `${result.customer} owes ${result.total}`\nawait shop.note({ text: summary })\nsummary',
    value: "Ada owes 12.5",
    writes: ["Ada owes 12.5"],
  },
  {
    program:
      'const r = await Promise.allSettled([shop.get_order({ id: "o1" }), shop.get_order({ id: "zz" })]);\nreturn r;',
    value: [
      {
        status: "fulfilled",
        value: {
          id: "o1",
          customer: "Ada",
          total: 12.5,
          placed: "2025-03-01T23:30:00Z",
        },
      },
      {
        status: "rejected",
        reason: {
          name: "ToolError",
          message: "There is no order zz.",
          code: "tool_error",
          tool: "shop__get_order",
        },
      },
    ],
    says: ["Errors became objects with name and message."],
  },
  {
    program: 'try { await shop.get_order({ id: "zz" }); } catch (err) { return err; }',
    value: {
      name: "ToolError",
      message: "There is no order zz.",
      code: "tool_error",
      tool: "shop__get_order",
    },
    says: ["Errors became objects with name and message."],
  },
  {
    program:
      "const { orders } = await shop.list_orders({});\nconst byId = Object.groupBy(orders, o => o.customer[0]);\nreturn byId;",
    value: {
      A: [
        {
          id: "o1",
          customer: "Ada",
          total: 12.5,
          placed: "2025-03-01T23:30:00Z",
        },
      ],
      B: [
        {
          id: "o2",
          customer: "Bo",
          total: 1234567.891,
          placed: "2025-03-09T07:30:00Z",
        },
      ],
      C: [
        {
          id: "o3",
          customer: "Cy",
          total: 7,
          placed: "2025-11-02T05:30:00Z",
        },
      ],
    },
  },
  {
    program: 'const text = await shop.motd();\nreturn text.toUpperCase().split(" ").at(-1);',
    value: "SHOP",
  },
  {
    program: "return await new Promise((resolve) => shop.slow({ ms: 20 }).then(resolve));",
    value: "done",
  },
  {
    program:
      'const order: Order = await shop.get_order({ id: "o1" });\nreturn order!.customer as string satisfies string;',
    value: "Ada",
  },
  {
    program: "await shop.note({ text: `total: ${(await shop.list_orders({})).orders.map(async o => o.total)}` });",
    value: "noted",
    says: ["A promise was used as a text in line 1: write `await` before the call "],
    writes: ["total: [object Promise],[object Promise],[object Promise]"],
  },
  {
    program:
      'const results = {};\n["o1","o2"].forEach(async id => { results[id] = await shop.get_order({ id }); });\nreturn results;',
    value: {
      o1: {
        id: "o1",
        customer: "Ada",
        total: 12.5,
        placed: "2025-03-01T23:30:00Z",
      },
      o2: {
        id: "o2",
        customer: "Bo",
        total: 1234567.891,
        placed: "2025-03-09T07:30:00Z",
      },
    },
    says: ["Not awaited in line 2: the run waited for it at its end. Write `await`"],
  },
];

/** TypeScript programs as models write them that have an end of their own, with their value and what is said of it. */
export const COMPLETED_AS_WRITTEN: readonly ProgramCase[] = titled(ROWS);
