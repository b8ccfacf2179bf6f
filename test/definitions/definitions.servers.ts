/** What a server of the table serves, in the form of definitions-server.mjs. */
interface Served {
  readonly tools: readonly object[];
  readonly answers?: Readonly<Record<string, unknown>>;
  readonly init?: object;
  readonly list?: object;
  readonly after?: string;
}

const any = { type: "object" };
const text = (words: string): object => ({ content: [{ type: "text", text: words }] });

function object(properties: object, more: object = {}): object {
  return { type: "object", properties, ...more };
}

function tool(name: string, inputSchema: object = any, more: object = {}): object {
  return { name, inputSchema, ...more };
}

const coded = (name: string, pattern: string): object =>
  tool(name, object({ code: { type: "string", pattern } }, { required: ["code"] }));
const list = object({ items: { type: "array", items: object({ n: { type: "integer" } }) } }, { required: ["items"] });
const reads = [tool("read", any, { description: "Reads a page." })];
const picture = { type: "image", data: "AAAA", mimeType: "image/png" };
const iban = { type: "string", description: "an IBAN without blanks", pattern: "^[A-Z]{2}" };

/** Servers with definitions, results and lists as they are really sent. */
export const SERVERS: Readonly<Record<string, Served>> = {
  numbers: {
    tools: [tool("same"), tool("typed", object({ id: { type: "integer" } })), tool("item"), tool("textual")],
    answers: {
      item: '{"content":[],"structuredContent":{"id":9007199254740993}}',
      textual: '{"content":[{"type":"text","text":"{\\"id\\": 9007199254740993}"}]}',
    },
  },
  patterns: {
    tools: [
      coded("ends_python", "^[A-Z]{3}\\Z"),
      coded("ends_go", "\\A[A-Z]{3}\\z"),
      coded("posix", "^[[:upper:]]+$"),
      coded("count", "^[A-Z]{,5}$"),
      coded("script", "^\\p{IsLatin}+$"),
      coded("slashes", "/^[A-Z]+$/"),
      coded("flag", "(?i)^abc$"),
      coded("possessive", "^[A-Z]++$"),
      coded("group", "^(?P<code>[A-Z]+)$"),
      tool(
        "keys",
        object({ m: object({}, { patternProperties: { "^x-\\w+\\Z": any }, additionalProperties: false }) }),
      ),
      tool("names", object({ m: { type: "object", propertyNames: { pattern: "\\A[a-z]+\\z" } } })),
    ],
  },
  typed: {
    tools: [
      tool("object", any, { outputSchema: list }),
      tool("rows", any, { outputSchema: { type: "array", items: any } }),
      tool("prose", any, { outputSchema: list }),
      tool("both", any, { outputSchema: list }),
      tool("twice", any, { outputSchema: list }),
    ],
    answers: {
      object: text('{"items":[{"n":1}]}'),
      rows: text('[{"n":1}]'),
      prose: text("nothing found"),
      both: { ...text("see beside"), structuredContent: { items: [{ n: 2 }] } },
      twice: { ...text('{"items":[]}'), structuredContent: null },
    },
  },
  "brave-search": { tools: [tool("web"), tool("geo-code"), tool("then"), tool("globalThis")] },
  failing: {
    tools: ["beside", "odd", "nested", "empty", "old"].map((name) => tool(name)),
    answers: {
      beside: {
        isError: true,
        ...text("refused"),
        structuredContent: { code: "NEEDS_HUMAN", url: "http://a.example" },
      },
      odd: { isError: true, content: [{ type: "error", text: "the disk is full" }] },
      nested: { isError: true, content: [], structuredContent: { error: { message: "no such row" } } },
      empty: { isError: true, content: [] },
      old: { toolResult: "from before" },
    },
  },
  content_null: {
    tools: reads,
    answers: { read: '{"content":[{"type":"text","text":"hello"}],"structuredContent":null,"isError":false}' },
  },
  meta_null: { tools: reads, answers: { read: '{"content":[{"type":"text","text":"hello"}],"_meta":null}' } },
  instructions_null: { tools: reads, init: { instructions: null } },
  changed_null: { tools: reads, init: { capabilities: { tools: { listChanged: null } } } },
  title_null: { tools: reads, init: { serverInfo: { name: "t", version: "1", title: null } } },
  list_null: { tools: reads, list: { _meta: null, nextCursor: null } },
  error_null: { tools: reads, after: ',"error":null' },
  tool_null: { tools: [tool("read", any, { description: null, title: null, annotations: null, outputSchema: null })] },
  github: { tools: reads },
  roots: {
    tools: [
      tool("null_list", object({ a: { type: "string" } }, { type: ["object", "null"] })),
      tool("nullable", object({ a: { type: "string" } }, { nullable: true })),
      tool("any_of", { anyOf: [object({ a: { type: "string" } }), { type: "null" }] }),
      tool("by_ref", {
        $ref: "#/$defs/A",
        $defs: { A: object({ a: { type: "string" } }, { type: ["object", "null"], required: ["a"] }) },
      }),
      tool("or_list", {
        oneOf: [object({ a: { type: "string" } }, { required: ["a"] }), { type: "array", items: { type: "string" } }],
      }),
      tool("any_of_list", { anyOf: [{ type: "array" }, object({ a: { type: "string" } })] }),
      tool("plain", object({ a: { type: "string" } })),
    ],
  },
  documented: {
    tools: [
      tool(
        "branches",
        object(
          {
            opt: {
              anyOf: [
                { type: "string", description: "the address of the payer", format: "email", maxLength: 50 },
                { type: "null" },
              ],
              default: null,
            },
            limit: {
              anyOf: [{ type: "integer", minimum: 1, maximum: 100 }, { type: "null" }],
              description: "how many",
            },
            when: {
              anyOf: [
                { type: "string", description: "an ISO date" },
                { type: "integer", description: "seconds since 1970" },
              ],
            },
            ibans: { type: "array", items: { $ref: "#/$defs/Iban" } },
            iban: { anyOf: [{ $ref: "#/$defs/Iban" }, { type: "null" }] },
          },
          { $defs: { Iban: iban } },
        ),
      ),
      tool(
        "labels",
        object({
          mode: {
            oneOf: [
              { const: 0, title: "Simulation", description: "no work piece" },
              { const: 1, title: "Production" },
            ],
          },
          level: { enum: [1, 2], enumNames: ["Low", "High"] },
          right: { enum: ["r", "w"], enumDescriptions: ["reads only", "writes too"] },
          field_7: { type: "string", title: "IBAN of the payer" },
          picture: { type: "string", contentEncoding: "base64", contentMediaType: "image/png" },
        }),
      ),
      tool("root_words", object({ a: { type: "string" } }, { description: "Give b with a." })),
      tool("export_7", any, { title: "Weekly payroll export" }),
    ],
  },
  words: {
    tools: [
      tool("TurnOn", any, { description: "Turns on a device or entity" }),
      tool("TurnOff", any, { description: "Turns off a device or entity" }),
      tool("sign_in", any, { description: "Sign in" }),
      tool("sign_out", any, { description: "Sign out" }),
      tool("create_web_hook", any, { description: "Registers a callback" }),
      tool("project", object({ action: { enum: ["create", "archive", "rename"] } }), {
        description: "Work with projects",
      }),
      tool(
        "order",
        object(
          { shipment: { $ref: "#/$defs/Ship" } },
          { $defs: { Ship: object({ trackingNumber: { type: "string" } }) } },
        ),
        { description: "Places something" },
      ),
      tool("opaque", object({ field_12: { type: "string", title: "Customer invoice address" } })),
      tool("获取天气", any, { description: "查询城市的天气预报" }),
    ],
  },
  camera: {
    tools: ["snap", "nothing", "fails"].map((name) => tool(name)),
    answers: {
      snap: { content: [{ type: "text", text: "front door" }, picture] },
      nothing: { content: [] },
      fails: { isError: true, content: [{ type: "text", text: "no film" }, picture] },
    },
  },
  values: {
    tools: [tool("put", object({ values: object({}, { additionalProperties: { type: "integer" } }), any: {} }))],
  },
  odd: {
    tools: [
      tool("listed", object({ g: { type: "string", enum: [0, 1] } }, { required: ["g"] })),
      tool("closed", {
        type: "object",
        allOf: [
          object({ b: { type: "string" } }, { additionalProperties: false }),
          object({ a: { type: "string" } }, { required: ["a"], additionalProperties: false }),
        ],
      }),
      tool("ghost", object({ a: { type: "string" } }, { required: ["a", "ghost"], additionalProperties: false })),
      tool("tags", object({ a: { type: "array", contains: { const: "x" }, minContains: 0 } })),
      tool("page", object({ cursor: { type: "string", default: null } })),
      tool("open", object({ a: { type: "integer" } }, { required: ["a"] })),
    ],
  },
};
