import fc from "fast-check";
import type { RawServer } from "./corpus.ts";

/** Pieces that end comments, strings, templates, lines or files in one language or another. */
const NASTY_PIECES: readonly string[] = [
  "*/",
  "/*",
  "//",
  "*\\/",
  "`",
  "${",
  "}",
  '"',
  "'",
  '"""',
  "'''",
  "\\",
  "\\u002a/",
  "\\N{BULLET}",
  "\n",
  "\r",
  "\t",
  "\u0000",
  "\u0007",
  "\u001b[31m",
  "\u0085",
  "\u00ad",
  "\u200b",
  "\u202e",
  "\u2028",
  "\u2029",
  "\u2066",
  "\ufeff",
  "\ud800",
  "\udfff",
  "😀",
  "e\u0301",
  "ſ",
  "#",
  "@ts-ignore",
  "@ts-expect-error",
  "@ts-nocheck",
  "# type: ignore",
  "<!--",
  "]]>",
  "{x}",
  "%s",
  "; export const hacked = 1;",
  "): void; declare const hacked: 1; (",
  "import os",
  "\n    pass\n",
  "__proto__",
  "constructor",
  "None",
  "type",
];

/** Any text, nasty pieces more often than not. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(fc.oneof(fc.constantFrom(...NASTY_PIECES), fc.string({ unit: "binary", maxLength: 6 }), fc.string({ maxLength: 6 })), {
    maxLength: 5,
  })
  .map((pieces) => pieces.join(""));

/** Names with an order or a meaning of their own in JavaScript, which would make a twin differ for no fault of the text. */
const SPECIAL = /^(?:0|[1-9]\d*|__proto__|constructor|hasOwnProperty|isPrototypeOf|propertyIsEnumerable|toLocaleString|toString|valueOf)$/;

/** All texts that go into one server. */
export interface Texts {
  readonly server: string;
  readonly serverDescription: string;
  readonly tools: readonly string[];
  readonly description: string;
  readonly title: string;
  readonly properties: readonly string[];
  readonly values: readonly string[];
  readonly constant: string;
  readonly definition: string;
  readonly pattern: string;
  readonly format: string;
  readonly example: string;
}

const names = (count: number): fc.Arbitrary<string[]> =>
  fc.uniqueArray(
    hostileText.filter((text) => !SPECIAL.test(text)),
    { minLength: count, maxLength: count },
  );

/** Texts of one server, all of them hostile. */
export const hostileTexts: fc.Arbitrary<Texts> = fc.record({
  server: hostileText,
  serverDescription: hostileText.map((text) => `d${text}`),
  tools: names(3),
  description: hostileText.map((text) => `d${text}`),
  title: hostileText,
  properties: names(4),
  values: fc.uniqueArray(hostileText, { minLength: 3, maxLength: 3 }),
  constant: hostileText,
  definition: hostileText,
  pattern: hostileText,
  format: hostileText,
  example: hostileText,
});

/** The same server with harmless texts. */
export const HARMLESS: Texts = {
  server: "server",
  serverDescription: "description",
  tools: ["first", "second", "third"],
  description: "description",
  title: "title",
  properties: ["alpha", "beta", "gamma", "delta"],
  values: ["one", "two", "three"],
  constant: "constant",
  definition: "Definition",
  pattern: "pattern",
  format: "format",
  example: "example",
};

/** Puts texts into every place of a server where a server may put text. */
export function serverWith(texts: Texts): RawServer {
  const [alpha = "", beta = "", gamma = "", delta = ""] = texts.properties;
  const definition = texts.definition.replaceAll("~", "~0").replaceAll("/", "~1");
  const reference = { $ref: `#/$defs/${encodeURIComponent(wellFormed(definition))}` };
  const described = { description: texts.description, title: texts.title, default: texts.example, examples: [texts.example] };
  const schema = {
    type: "object",
    title: texts.title,
    description: texts.description,
    properties: {
      [alpha]: { ...described, type: "string", pattern: texts.pattern, format: texts.format },
      [beta]: { ...described, enum: texts.values },
      [gamma]: { ...described, type: "array", items: { const: texts.constant, description: texts.description } },
      [delta]: reference,
    },
    required: [alpha],
    $defs: {
      [wellFormed(texts.definition)]: {
        type: "object",
        title: texts.title,
        description: texts.description,
        properties: { [alpha]: { type: "number" }, [beta]: reference },
      },
    },
  };
  return {
    name: texts.server,
    description: texts.serverDescription,
    tools: texts.tools.map((name) => ({
      name,
      title: texts.title,
      description: texts.description,
      inputSchema: schema,
      outputSchema: schema,
      inputExamples: [{ [alpha]: texts.example }],
    })),
  };
}

/** A URI cannot carry half a character. */
function wellFormed(text: string): string {
  return text.replace(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g, "?");
}
