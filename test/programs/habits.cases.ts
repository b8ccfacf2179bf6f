import type { ProgramCase } from "./program-case.ts";

const ENDS_WITH = "The program ends with a declaration";

/** TypeScript programs of every kind, each as it was seen. */
export const HABIT_CASES: readonly ProgramCase[] = [
  {
    id: "map with an async callback as the value",
    program:
      "const { orders } = await shop.list_orders({});\nconst rich = orders.map(async (o) => ({ ...o, x: await shop.get_order({ id: o.id }) }));\nrich;",
    says: ['"x":{"id":"o3"', "Not awaited"],
  },
  {
    id: "forEach with an async callback that fills a list",
    program:
      'const results: any[] = [];\n["o1", "o2", "o3"].forEach(async (id) => {\n  results.push(await shop.get_order({ id }));\n});\nreturn results;',
    says: ['"id":"o3"', "Not awaited in line 2"],
  },
  {
    id: "void of the main function at the end",
    program: 'async function main() { await shop.slow({ ms: 50 }); console.log("done"); return 5; }\nvoid main();',
    stdout: "done\n",
    says: ["Not awaited"],
  },
  {
    id: "a wrong argument under return, after a write",
    program: 'await shop.note({ text: "written before" });\nreturn await shop.get_order({ orderId: "o1" });',
    fails: ["type_error", 2],
    says: ["orderId", "{ id: string }"],
  },
  {
    id: "a namespace with a function",
    program:
      'const k = 2;\nnamespace Money { export function fmt(n: number) { return "$" + n.toFixed(k); } }\nMoney.fmt(1)',
    fails: ["syntax_error", 2],
    says: ["Namespaces are not supported", "Use an object"],
  },
  {
    id: "an artifact of a promise",
    program:
      "const s = await codemode.artifacts.save(shop.list_orders({}) as any);\nawait codemode.artifacts.read(s.id)",
    says: ['"customer":"Ada"'],
  },
  { id: "undefined is thrown", program: "throw undefined;", fails: ["runtime_error", 1], says: ["Thrown: undefined"] },
  {
    id: "a thought in tags before the code",
    program: "<think>\nI should list the orders.\n</think>\nreturn (await shop.list_orders({})).orders.length;",
    fails: ["syntax_error", 1],
    says: ["`<think>`", "Send only the program"],
  },
  {
    id: "a text in thinking tags before the code",
    program: "<thinking>count</thinking>\nreturn 1;",
    fails: ["syntax_error", 1],
    says: ["`<thinking>`", "Send only the program"],
  },
  {
    id: "an AbortController that aborts later",
    program: "const c = new AbortController();\nsetTimeout(() => c.abort(), 10);\nreturn c.signal.aborted;",
    value: false,
  },
  {
    id: "a server under mcp",
    program: "const r = await mcp.shop.list_orders({});\nreturn r;",
    fails: ["type_error", 1],
    says: ["`mcp` is not defined", "write `shop` instead of `mcp.shop`"],
  },
  {
    id: "a server under tools",
    program: "const r = await tools.shop.motd({});",
    fails: ["type_error", 1],
    says: ["write `shop` instead of `tools.shop`"],
  },
  {
    id: "the place of a browser window",
    program: "return window.location.href;",
    fails: ["type_error", 1],
    says: ["There is no browser here"],
  },
  { id: "a URL in a constant", program: 'const u = new URL("https://a.example/p");', says: [ENDS_WITH, "`u`"] },
  { id: "search parameters in a constant", program: 'const q = new URLSearchParams({ a: "1" });', says: [ENDS_WITH] },
  { id: "call_tool in a constant", program: 'const r = await call_tool("shop__motd", {});', says: [ENDS_WITH, "`r`"] },
  { id: "search in a constant", program: 'const r = await search("orders");', says: [ENDS_WITH, "`r`"] },
  {
    id: "a type from a module that does not exist",
    program: 'import { type Order } from "./types";\nconst o: Order = { id: "1" };\no.id',
    value: "1",
  },
  {
    id: "a JSX fragment",
    program: "const el = <><b>x</b></>;",
    fails: ["syntax_error", 1],
    says: ["JSX is not supported"],
  },
  {
    id: "Array.fromAsync in a constant",
    program: "const xs = await Array.fromAsync([1, 2].map(async (x) => x * 2));\nxs",
    value: [2, 4],
  },
];
