// The inputs of `npm run fuzz`: mostly texts near what the readers expect, rarely exactly that.
import {
  array,
  constant,
  dictionary,
  json as jsonText,
  jsonValue,
  letrec,
  oneof,
  record,
  string,
  tuple,
} from "fast-check";
import { CANARY } from "./canary.mjs";

export const pieces = (...texts) => oneof(...texts.map((text) => constant(text)));
export const nasty = oneof(
  string(),
  string({ unit: "binary" }),
  pieces(
    "__proto__",
    "constructor",
    "then",
    "\n",
    "\u2028",
    "\u0000",
    "\u001b[2J",
    "${",
    "`",
    '"""',
    "*/",
    "\ud800",
    "{",
    "[",
    "0",
    "-1",
  ),
);
export const json = oneof(jsonText(), jsonText({ stringUnit: "binary" }));
export const jumble = (parts, maximum = 12) => array(parts, { maxLength: maximum }).map((texts) => texts.join(""));

/** Text of rows: few pieces, some of them very often. */
export const csv = array(
  tuple(oneof(nasty, pieces("a", ",", '"', '""', "\n", "\r", "\r\n", "a,", ",\n")), pieces(1, 1, 1, 300, 20_000)),
  { maxLength: 6 },
).map((parts) => parts.map(([text, count]) => text.slice(0, 40).repeat(count)).join(""));

export const schema = letrec((tie) => ({
  schema: oneof(
    { maxDepth: 4 },
    jsonValue(),
    record(
      {
        type: oneof(pieces("object", "array", "string", "number", "null", "nonsense"), jsonValue()),
        properties: dictionary(nasty, tie("schema"), { maxKeys: 4 }),
        items: tie("schema"),
        anyOf: array(tie("schema"), { maxLength: 3 }),
        allOf: array(tie("schema"), { maxLength: 3 }),
        enum: array(jsonValue(), { maxLength: 3 }),
        required: array(nasty, { maxLength: 3 }),
        pattern: jumble(pieces("(", ")", "a", "+", "*", "?", "[", "]", "{9}", "|", "\\", "^", "$")),
        $ref: pieces("#", "#/properties/a", "#/$defs/x", "file:///etc/passwd", "https://example.invalid/x"),
        $defs: dictionary(nasty, tie("schema"), { maxKeys: 2 }),
        description: nasty,
        default: jsonValue(),
      },
      { requiredKeys: [] },
    ),
  ),
})).schema;

export const javascript = jumble(
  oneof(
    nasty,
    pieces(
      "await ",
      "host.echo({a:1});",
      "crashing.x({});",
      "const f = () => Promise.resolve().then(f);",
      "f();",
      "for(;;);",
      "throw ",
      "null;",
      "({ get x() { throw 1 } })",
      "[1,2,3]",
      "JSON.stringify = 1;",
      "Object.prototype.toJSON = () => 'x';",
      "console.log('x'.repeat(1e6));",
      "'x'.repeat(1e7)",
      "globalThis",
      ".constructor.constructor('return process.env')()",
      "import 'node:fs';",
      "async ",
      "=>",
      "(",
      ")",
      "{",
      "}",
      ";",
      "setTimeout(()=>{throw 1});",
      "codemode.artifacts.save('x');",
    ),
  ),
);
export const python = jumble(
  oneof(
    nasty,
    pieces(
      "await host.echo(a=1)\n",
      "await crashing.x()\n",
      "import os\n",
      "os.environ",
      "print('x' * 10**6)\n",
      "raise Exception\n",
      "while True: pass\n",
      "[x for x in range(10)]",
      "\n",
      "  ",
      "def f():\n  f()\n",
      "f()\n",
      "open('/etc/passwd').read()\n",
      "open('secret.txt').read()\n",
      "().__class__.__base__.__subclasses__()\n",
      "(",
      ")",
      "lambda: ",
      "import js\n",
      "os.write(3, b'x' * 100)\n",
      "class A:\n  __repr__ = None\n",
      "A()\n",
      "1/0\n",
    ),
  ),
);

const server = record(
  {
    command: nasty,
    args: array(nasty),
    env: dictionary(nasty, oneof(nasty, constant(CANARY))),
    url: nasty,
    headers: dictionary(nasty, oneof(nasty, constant(CANARY))),
  },
  { requiredKeys: [] },
);

export const configuration = oneof(
  jsonValue(),
  record(
    {
      mcpServers: dictionary(nasty, oneof(jsonValue(), server), { maxKeys: 3 }),
      limits: dictionary(nasty, jsonValue()),
      policy: jsonValue(),
      skills: jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

export const clientLine = record(
  { jsonrpc: pieces("2.0", "1"), id: jsonValue(), method: nasty, params: jsonValue() },
  { requiredKeys: [] },
).map((message) => JSON.stringify(message));
