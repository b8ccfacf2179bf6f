/** A program and what becomes of it. */
interface Run {
  readonly kind: string;
  readonly code: string;
  /** @default "typescript" */
  readonly language?: "python";
  readonly value?: unknown;
  readonly fails?: string;
  /** Words of the text that a model reads. */
  readonly says?: readonly string[];
}

/** Programs over all kinds but those that only search or describe. */
export const RUNS: readonly Run[] = [
  ...["typed", "same"].flatMap((name): Run[] => [
    {
      kind: "big integers",
      language: "python",
      code: `await numbers.${name}(id=9007199254740993)`,
      value: `${name} <- {"id":9007199254740993}`,
    },
    {
      kind: "big integers",
      code: `await numbers.${name}({ id: 9007199254740993n as any })`,
      value: `${name} <- {"id":9007199254740993}`,
    },
  ]),
  ...["item", "textual"].map((name): Run => ({
    kind: "big integers",
    language: "python",
    code: `await numbers.typed(id=(await numbers.${name}())["id"])`,
    value: 'typed <- {"id":9007199254740993}',
  })),
  ...["ends_python", "ends_go", "posix", "count", "script", "slashes", "flag", "possessive", "group"].map(
    (name): Run => ({
      kind: "a pattern of another dialect",
      code: `await patterns.${name}({ code: "ABC" })`,
      value: `${name} <- {"code":"ABC"}`,
    }),
  ),
  {
    kind: "a pattern of another dialect",
    code: 'await patterns.keys({ m: { "x-a": {} } })',
    value: 'keys <- {"m":{"x-a":{}}}',
  },
  {
    kind: "a pattern of another dialect",
    code: "await patterns.names({ m: { ab: 1 } })",
    value: 'names <- {"m":{"ab":1}}',
  },
  {
    kind: "a pattern of another dialect still refuses",
    code: 'await patterns.ends_python({ code: "abc" })',
    fails: "invalid_arguments",
    says: ["/code"],
  },
  { kind: "an object declared and sent as text", code: "(await typed.object()).items.length", value: 1 },
  { kind: "an object declared and sent as text", code: "(await typed.rows()).map((row: any) => row.n)", value: [1] },
  {
    kind: "an object declared and sent as text",
    language: "python",
    code: '(await typed.object())["items"]',
    value: [{ n: 1 }],
  },
  { kind: "text that is not the declared object", code: "await typed.prose()", value: "nothing found" },
  { kind: "an object beside text", code: "(await typed.both()).items[0].n", value: 2 },
  { kind: "an object declared and null", code: "(await typed.twice()).items", value: [] },
  ...["web", "geo-code", "then", "globalThis"].map((name): Run => ({
    kind: "a server with a dash",
    code: `await servers["brave-search"][${JSON.stringify(name)}]()`,
    value: `${name} <- {}`,
  })),
  {
    kind: "a server with a dash",
    language: "python",
    code: 'await servers["brave-search"]["geo-code"]()',
    value: "geo-code <- {}",
  },
  {
    kind: "what an error holds",
    code: "try { await failing.beside(); } catch (e: any) { [e.message, e.structuredContent.code, e.structuredContent.url] }",
    value: ["refused", "NEEDS_HUMAN", "http://a.example"],
  },
  {
    kind: "what an error holds",
    language: "python",
    code: 'try:\n    await failing.beside()\nexcept ToolError as e:\n    r = e.structured_content["code"]\nr',
    value: "NEEDS_HUMAN",
  },
  { kind: "what an error holds", code: "await failing.odd()", fails: "tool_error", says: ["the disk is full"] },
  { kind: "what an error holds", code: "await failing.nested()", fails: "tool_error", says: ["no such row"] },
  { kind: "what an error holds", code: "await failing.empty()", fails: "tool_error", says: ["failing__empty"] },
  { kind: "a result of an old server", code: "await failing.old()", value: "from before" },
  { kind: "nulls of serialisers", code: "await content_null.read()", value: "hello" },
  { kind: "nulls of serialisers", code: "await meta_null.read()", value: "hello" },
  ...["instructions_null", "changed_null", "title_null", "list_null", "error_null", "tool_null"].map((server): Run => ({
    kind: "nulls of serialisers",
    code: `await ${server}.read()`,
    value: "read <- {}",
  })),
  { kind: "nothing and pictures", code: "await camera.nothing()", value: null },
  {
    kind: "nothing and pictures",
    language: "python",
    code: "[(await camera.snap())[0]['text'], (await camera.snap())[1]['type'], await camera.nothing()]",
    value: ["front door", "image", null],
  },
  {
    kind: "nothing and pictures",
    language: "python",
    code: "try:\n    await camera.fails()\nexcept ToolError as e:\n    r = [each['type'] for each in e.content]\nr",
    value: ["text", "image"],
  },
  {
    kind: "arguments JSON cannot hold",
    code: 'await values.put({ values: new Map([["a", 1]]) as any })',
    value: 'put <- {"values":{"a":1}}',
    says: ["Maps became objects"],
  },
  {
    kind: "arguments JSON cannot hold",
    code: "await values.put({ any: new Set([1]) })",
    value: 'put <- {"any":[1]}',
    says: ["Sets became lists"],
  },
  {
    kind: "arguments JSON cannot hold",
    code: "await values.put({ any: NaN })",
    fails: "invalid_arguments",
    says: ["NaN"],
  },
  {
    kind: "arguments JSON cannot hold",
    code: "await values.put({ any: [{ x: Infinity }] })",
    value: 'put <- {"any":[{"x":null}]}',
    says: ["Numbers that are not finite became null"],
  },
  {
    kind: "arguments JSON cannot hold",
    language: "python",
    code: "await values.put(any={1})",
    value: 'put <- {"any":[1]}',
    says: ["A set was given as a list"],
  },
  {
    kind: "arguments JSON cannot hold",
    language: "python",
    code: "await values.put(any=float('nan'))",
    fails: "invalid_arguments",
  },
  {
    kind: "a schema nothing satisfies",
    code: "await odd.listed({ g: 0 })",
    value: 'listed <- {"g":0}',
    says: ["not checked"],
  },
  {
    kind: "a schema nothing satisfies",
    code: 'await odd.closed({ a: "x", b: "y" })',
    value: 'closed <- {"a":"x","b":"y"}',
    says: ["Not all arguments"],
  },
  {
    kind: "a schema nothing satisfies",
    language: "python",
    code: 'await odd.ghost(a="x", ghost=1)',
    value: 'ghost <- {"a":"x","ghost":1}',
    says: ["without naming it"],
  },
  { kind: "minContains 0", code: "await odd.tags({ a: [] })", value: 'tags <- {"a":[]}' },
  { kind: "a default of null", code: "await odd.page({ cursor: null as any })", value: "page <- {}" },
  {
    kind: "a key an open schema allows",
    code: "await odd.open({ a: 1, more: 5 })",
    value: 'open <- {"a":1,"more":5}',
    says: ["no parameter `more`"],
  },
  {
    kind: "a key an open schema allows",
    language: "python",
    code: "await odd.open(a=1, more=5)",
    value: 'open <- {"a":1,"more":5}',
    says: ["no parameter `more`"],
  },
];

/** Words of declarations in both languages. */
export const DESCRIBED: readonly { readonly tool: string; readonly says: readonly string[] }[] = [
  {
    tool: "documented__branches",
    says: ["address of the payer", "email", "how many", "ISO date", "seconds since 1970", "IBAN without blanks"],
  },
  {
    tool: "documented__labels",
    says: ["Simulation", "Production", "Low", "High", "reads only", "IBAN of the payer", "base64"],
  },
  { tool: "documented__root_words", says: ["Give b with a."] },
  { tool: "documented__export_7", says: ["Weekly payroll export"] },
];

/** Queries and the tool that comes first. */
export const SEARCHES: readonly { readonly query: string; readonly first: string }[] = [
  { query: "turn on the kitchen light", first: "words__TurnOn" },
  { query: "turn off the kitchen light", first: "words__TurnOff" },
  { query: "sign the user out", first: "words__sign_out" },
  { query: "webhook", first: "words__create_web_hook" },
  { query: "rename", first: "words__project" },
  { query: "tracking number", first: "words__order" },
  { query: "invoice address", first: "words__opaque" },
  { query: "payroll", first: "documented__export_7" },
  { query: "查", first: "words__获取天气" },
];
