import { createContext, Script } from "node:vm";
import { tokenizer } from "acorn";
import {
  array,
  assert,
  asyncProperty,
  boolean,
  constantFrom,
  integer,
  nat,
  property,
  shuffledSubarray,
  uniqueArray,
  record,
} from "fast-check";
import { expect, test } from "vitest";
import { prepare } from "./prepare.ts";
import { TextLines } from "../../../base/text-position.ts";

const NAMES = ["a", "b", "c", "dd", "ee", "$f", "_g", "größe"];
const separator = constantFrom("\n", ";\n", " ; ", "\n\n", "; // note\n", "\n/* x */ ", ";\r\n");

/** A program that declares every name once, in ways that depend on what was declared before. */
const program = record({
  names: shuffledSubarray(NAMES, { minLength: 1 }),
  forms: array(nat(9), { minLength: 8, maxLength: 8 }),
  numbers: array(integer({ min: -9, max: 9 }), { minLength: 8, maxLength: 8 }),
  separators: array(separator, { minLength: 8, maxLength: 8 }),
}).map(({ names, forms, numbers, separators }) => {
  const lines = names.map((name, index) => {
    const before = names[index - 1];
    return declaration(
      name,
      forms[index] ?? 0,
      `${numbers[index] ?? 0}${before === undefined ? "" : ` + (typeof ${before} === "number" ? ${before} : 1)`}`,
    );
  });
  return { names, text: lines.map((line, index) => line + (separators[index] ?? "\n")).join("") };
});

function declaration(name: string, form: number, value: string): string {
  const forms = [
    `const ${name} = ${value}`,
    `let ${name} = ${value}`,
    `var ${name} = ${value}`,
    `const { x: ${name} = 5 } = { x: ${value} }`,
    `let [${name}, x${name}] = [${value}]`,
    `function ${name}() { return ${value} }`,
    `if (true) { var ${name} = ${value} }`,
    `for (var ${name} = 0; ${name} < 3; ${name}++) { let z = ${name} }`,
    `class ${name} { static v = ${value} }`,
    `const { y${name} = ${value}, ...${name} } = { q: 1 }, w${name} = ${value}`,
  ];
  return forms[form] ?? "";
}

test("a program of declarations gives the values that plain evaluation gives", async () => {
  await assert(
    asyncProperty(program, async ({ names, text }) => {
      const value = `[${names.map((name) => `typeof ${name} === "function" ? (${name}.v ?? ${name}()) : ${name}`).join(", ")}]`;
      const { source, globals } = prepare(`${text}\n;${value}`, { language: "typescript" });
      const context = createContext({});
      for (const name of globals) Object.assign(context, { [name]: undefined });
      const rewritten: unknown = await new Script(
        `(async function () { "use strict"; const __floating = (value) => value; const __codemode__ = { renamed: (fn) => fn }; ${source}\n})()`,
      ).runInContext(context);
      const plain: unknown = new Script(`(function () { "use strict"; ${text}\n;return ${value} })()`).runInContext(
        createContext({}),
      );
      expect(JSON.stringify(rewritten)).toBe(JSON.stringify(plain));
    }),
    { numRuns: 150 },
  );
});

const TYPED = [
  "const one: number = 1, two = one as any",
  'import { alpha as beta, type Gamma } from "codemode"',
  "export function run<T extends object>(input: T, count?: number): Promise<T[]> { return helper(input!, count ?? 0) as unknown as any }",
  "class Box<V> implements Iface { private readonly inner: V; constructor(start: V) { this.inner = start } get(): V | undefined { return this.inner } }",
  "interface Shape { width: number; height?: string }",
  "type Pair<A, B = string> = readonly [A, B]",
  "let later: string | undefined",
  "for (var index: number = 0; index < limit; index++) { total += list[index]!.size }",
  "const { left, right: { deep = fallback as number } } = source satisfies Shape",
  "const arrow = async <K,>(key: K, ...rest: string[]): Promise<void> => { await send(key, rest) }",
  "outer(first as string, (inner: number) => second<string>(inner))",
  "if (flag) { var nested: Map<string, number[]> = build() }",
  "const text = `${before} and ${(after as any).field}`",
];

test("every identifier of the source leads back to the same identifier in the user's text", () => {
  const options = { ecmaVersion: "latest", sourceType: "module" } as const;
  const statement = constantFrom(...TYPED);
  assert(
    property(
      uniqueArray(statement, { minLength: 1, maxLength: 8 }),
      constantFrom("", "```ts\n", "Here it is:\n\n```typescript\n"),
      boolean(),
      (statements, fence, crlf) => {
        const plain = `${fence}${statements.join(";\n")};\nlast + value${fence === "" ? "" : "\n```\n"}`;
        const text = crlf ? plain.replaceAll("\n", "\r\n") : plain;
        const cell = prepare(text, { language: "typescript" });
        const userLines = new TextLines(text.replaceAll("\r\n", "\n"));
        const sourceLines = new TextLines(cell.source);
        for (const token of tokenizer(cell.source, options)) {
          if (token.type.label !== "name" || INSERTED.has(cell.source.slice(token.start, token.end))) continue;
          const name = cell.source.slice(token.start, token.end).replace(/__here$/, "");
          const place = sourceLines.positionAt(token.start);
          const mapped = userLines.offsetAt(cell.map(place.line, place.column));
          const found = userLines.text.slice(mapped, mapped + name.length);
          if (isOurs(cell.source, token.start)) continue;
          expect({ name, found }).toEqual({ name, found: name });
        }
      },
    ),
    { numRuns: 80 },
  );
});

const INSERTED: ReadonlySet<string> = new Set(["await", "async", "__floating", "__codemode__", "renamed"]);

/** Names written by the rewrite itself: heads of functions, classes and imports, and parameter properties. */
function isOurs(source: string, start: number): boolean {
  const rest = source.slice(start, start + 40);
  return (
    /^(?:run = __codemode__|run__here, |Box = class|beta \} = await|inner = start;this)/.test(rest) ||
    source.slice(0, start).endsWith('"alpha": ') ||
    /^(?:inner|start|this)\b/.test(rest)
  );
}
