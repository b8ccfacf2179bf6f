import type { ProgramCase } from "./program-case.ts";

/** What a program finds beside the language. */
export const GLOBAL_CASES: readonly ProgramCase[] = [
  {
    id: "what a program places on the global object",
    program: "globalThis.total = 1;\nfor (const n of [2, 3]) total += n;\nreturn total;",
    value: 6,
  },
  {
    id: "a name that is made by way of another",
    program: "const root = globalThis;\nroot.made = 2;\nreturn made;",
    value: 2,
  },
  { id: "a name that is made by code that is made", program: '(0, eval)("var made = 3");\nreturn made;', value: 3 },
  {
    id: "a name of another platform beside names that are made",
    program: "const root = globalThis;\nreturn require(root.name);",
    fails: ["type_error", 2],
    says: ["Nothing can be required"],
  },
  {
    id: "an address and its parts",
    program:
      'const u = new URL("/p?q=1#h", "https://a.example:8080");\nu.searchParams.set("q", "x y");\n[u.href, u.port, u.searchParams.get("q"), URL.canParse("nope")]',
    value: ["https://a.example:8080/p?q=x+y#h", "8080", "x y", false],
  },
  {
    id: "query parameters",
    program: 'return new URLSearchParams({ a: "1", b: "x y" }).toString();',
    value: "a=1&b=x+y",
  },
  {
    id: "an address that is none",
    program: 'new URL("not an address")',
    fails: ["runtime_error", 1],
    says: ["Invalid URL", "not an address"],
  },
  {
    id: "abort controllers",
    program:
      "const c = new AbortController();\nlet heard = 0;\nc.signal.addEventListener('abort', () => { heard += 1; });\nc.abort();\n[c.signal.aborted, c.signal.reason.name, heard]",
    value: [true, "AbortError", 1],
  },
  { id: "a time-out as a signal", program: "const s = AbortSignal.timeout(10);\nreturn s.aborted;", value: false },
  {
    id: "buffers and base64",
    program:
      '[Buffer.from("héllo").toString("base64"), Buffer.from("aGk=", "base64").toString("utf8"), Buffer.concat([Buffer.from("a"), Buffer.from("b")]).toString("hex"), Buffer.byteLength("é"), Buffer.from([1, 2]).readUInt16BE(0)]',
    value: ["aMOpbGxv", "hi", "6162", 2, 258],
  },
  {
    id: "random identifiers",
    program:
      "const id = crypto.randomUUID();\n[/^[\\da-f]{8}-[\\da-f]{4}-4[\\da-f]{3}-[89ab][\\da-f]{3}-[\\da-f]{12}$/.test(id), crypto.randomUUID() !== id, crypto.getRandomValues(new Uint8Array(8)).some((b) => b > 0)]",
    value: [true, true, true],
  },
  {
    id: "a digest",
    program:
      'const hash = await crypto.subtle.digest("SHA-256", new TextEncoder().encode("a"));\nBuffer.from(hash).toString("hex").slice(0, 8)',
    value: "ca978112",
  },
  {
    id: "helpers without an import",
    program:
      'const r = await callTool("shop__count", {});\nconst [a] = await parallel([() => call_tool("shop__motd")]);\nawait sleep(1);\n[r, a, await retry(async () => 3), await run_with_timeout(Promise.resolve(4), 100)]',
    value: ["14", "Welcome to the shop", 3, 4],
  },
  {
    id: "a helper's name is free for the program",
    program: "const search = (words: string) => words.length;\nconst parallel = 2;\nsearch('abc') * parallel",
    value: 6,
  },
  {
    id: "helpers by the other spelling from the module",
    program: 'import { call_tool } from "codemode";\nawait call_tool("shop__count")',
    value: "14",
  },
  { id: "Array.fromAsync", program: "return await Array.fromAsync([1, 2].map(async (x) => x * 2));", value: [2, 4] },
  {
    id: "Array.fromAsync of an async generator",
    program: "async function* g() { yield 1; yield 2 }\nawait Array.fromAsync(g(), (x) => x + 1)",
    value: [2, 3],
  },
  {
    id: "less common methods of the console",
    program:
      'console.groupCollapsed("g");\nconsole.log("in");\nconsole.groupEnd();\nconsole.dirxml({ a: 1 });\nconsole.count(); console.countReset(); console.count();\nreturn 1;',
    value: 1,
    stdout: "g\n  in\n{ a: 1 }\ndefault: 1\ndefault: 1\n",
    mustNotSay: ["does not exist"],
  },
];

/** Tools that an agent calls by themselves, called by a program. */
export const AGENT_TOOL_CASES: readonly ProgramCase[] = (
  [
    ['await search_tools("orders")', 'write `await codemode.search("words")`'],
    ['await tools.searchTools("orders")', 'write `await codemode.search("words")`'],
    [
      'await codemode.get_tool_details("shop__motd")',
      'write `await codemode.describe("server__tool")`',
      "unknown_tool",
    ],
    ["await listToolNames()", 'write `await codemode.search("")`'],
    ["await list_servers()", "do so before or after this one"],
    ['await run_skill("x")', 'write `await skills.run("name", { … })`'],
    ['await execute_code({ code: "1" })', "Programs do not run programs"],
  ] as const
).map(([program, hint, code = "type_error"]) => ({ id: program, program, fails: [code, 1], says: [hint] }));
