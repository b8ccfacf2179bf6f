import type { TaskStep } from "../../harness/suite.ts";

/** A text in both languages. */
export type Both = TaskStep["programs"];

/** A value of a program: a literal, a field of the item at hand, or a variable. */
type Value = string | number | { readonly field: string } | { readonly variable: string } | Both;

/** Arguments of a call. */
export type Values = Readonly<Record<string, Value>>;

/** A call, for each item of a list or once. */
export interface CallPart {
  readonly tool: string;
  readonly args: Values;
  /** Name of the list whose items the call is made for. */
  readonly each?: string;
}

/** Test of an item: a field, an operator of both languages, a literal or a list of which it is one. */
export type ItemTest = readonly [
  field: string,
  operator: "<" | "<=" | ">" | ">=" | "==" | "in" | "not in",
  value: string | readonly string[],
];

const literal = (value: unknown): string => JSON.stringify(value);

function write(value: Value): Both {
  if (typeof value === "string" || typeof value === "number")
    return { typescript: literal(value), python: literal(value) };
  if ("field" in value) return fieldOf("item", value.field);
  if ("variable" in value) return { typescript: value.variable, python: value.variable };
  return value;
}

function fieldOf(item: string, field: string): Both {
  const typescript = /^\w+$/.test(field) ? `${item}.${field}` : `${item}[${literal(field)}]`;
  return { typescript, python: `${item}[${literal(field)}]` };
}

/** One text in each language. */
export function both(typescript: string, python: string): Both {
  return { typescript, python };
}

/** A call without `await`. */
function invoke({ tool, args }: CallPart): Both {
  const written = Object.entries(args).map(([name, value]) => [name, write(value)] as const);
  const fields = written.map(([name, { typescript }]) => (typescript === name ? name : `${name}: ${typescript}`));
  const named = written.map(([name, { python }]) => `${name}=${python}`);
  return both(`${tool}({ ${fields.join(", ")} })`, `${tool}(${named.join(", ")})`);
}

/** `name = await call`. */
export function get(name: string, tool: string, args: Values): Both {
  const call = invoke({ tool, args });
  return both(`const ${name} = await ${call.typescript};`, `${name} = await ${call.python}`);
}

/** Several reads at once, each into a name. */
export function getAll(
  reads: readonly { readonly name: string; readonly tool: string; readonly args: Values }[],
): Both {
  const names = reads.map(({ name }) => name).join(", ");
  const calls = reads.map(invoke);
  return both(
    `const [${names}] = await Promise.all([${calls.map(({ typescript }) => typescript).join(", ")}]);`,
    `${names} = await asyncio.gather(${calls.map(({ python }) => python).join(", ")})`,
  );
}

/** A list into a name, of it the items that pass all tests. */
export function list(
  name: string,
  { tool, args, tests = [] }: { readonly tool: string; readonly args: Values; readonly tests?: readonly ItemTest[] },
): Both {
  const call = invoke({ tool, args });
  if (tests.length === 0) return get(name, tool, args);
  const written = tests.map(writeTest);
  return both(
    `const ${name} = (await ${call.typescript}).filter((item) => ${written.map(({ typescript }) => typescript).join(" && ")});`,
    `${name} = [item for item in await ${call.python} if ${written.map(({ python }) => python).join(" and ")}]`,
  );
}

function writeTest([field, operator, value]: ItemTest): Both {
  const item = fieldOf("item", field);
  const python = `${item.python} ${operator} ${literal(value)}`;
  if (operator === "==") return both(`${item.typescript} === ${literal(value)}`, python);
  if (operator !== "in" && operator !== "not in")
    return both(`${item.typescript} ${operator} ${literal(value)}`, python);
  return both(`${operator === "in" ? "" : "!"}${literal(value)}.includes(${item.typescript})`, python);
}

/** Calls at once. */
export function act(...calls: readonly CallPart[]): Both {
  const [only] = calls;
  if (calls.length === 1 && only !== undefined && only.each === undefined) {
    const call = invoke(only);
    return both(`await ${call.typescript};`, `await ${call.python}`);
  }
  if (calls.length === 1 && only?.each !== undefined) {
    const call = invoke(only);
    return both(
      `await Promise.all(${only.each}.map((item) => ${call.typescript}));`,
      `await asyncio.gather(*[${call.python} for item in ${only.each}])`,
    );
  }
  const parts = calls.map((call) => {
    const { typescript, python } = invoke(call);
    return call.each === undefined
      ? both(typescript, python)
      : both(`...${call.each}.map((item) => ${typescript})`, `*[${python} for item in ${call.each}]`);
  });
  return both(
    `await Promise.all([\n  ${parts.map(({ typescript }) => typescript).join(",\n  ")},\n]);`,
    `await asyncio.gather(\n    ${parts.map(({ python }) => python).join(",\n    ")},\n)`,
  );
}

/** A branch. */
export function when(
  test: Both,
  { yes, no = [] }: { readonly yes: readonly Both[]; readonly no?: readonly Both[] },
): Both {
  const inner = (parts: readonly Both[], language: keyof Both, by: string): string =>
    parts.map((part) => part[language].replaceAll(/^/gm, by)).join("\n");
  return both(
    `if (${test.typescript}) {\n${inner(yes, "typescript", "  ")}\n}${no.length === 0 ? "" : ` else {\n${inner(no, "typescript", "  ")}\n}`}`,
    `if ${test.python}:\n${inner(yes, "python", "    ")}${no.length === 0 ? "" : `\nelse:\n${inner(no, "python", "    ")}`}`,
  );
}

/** A whole program of some parts; its value is "done". */
export function program(...parts: readonly Both[]): Both {
  const python = parts.map((part) => part.python).join("\n");
  return both(
    `${parts.map(({ typescript }) => typescript).join("\n")}\n"done"`,
    `${python.includes("asyncio.") ? "import asyncio\n" : ""}${python}\n"done"`,
  );
}
