import { expect, test } from "vitest";
import type { SkillFunction } from "../../function.ts";
import { readPythonSkill } from "./read-python.ts";

function entryOf(code: string, name = "f"): SkillFunction {
  const facts = readPythonSkill(code, name);
  const found = facts.functions.find(({ exportedAs }) => exportedAs === facts.entry);
  if (found === undefined) throw new Error("no entry");
  return found;
}

function schemaOf(type: string, declarations = ""): unknown {
  return entryOf(`${declarations}\ndef f(value: ${type}): pass\n`).inputSchema.properties;
}

test("the docstring is the description, with its tags", () => {
  const facts = readPythonSkill(
    '#!/usr/bin/env python3\n"""Sums numbers.\n\nFast.\n\nTags: math, sums\n"""\ndef total(): pass\n',
    "total",
  );
  expect(facts).toMatchObject({ description: "Sums numbers.\n\nFast.", tags: ["math", "sums"], entry: "total" });
});

test.each([
  ["int", { type: "integer" }],
  ["float", { type: "number" }],
  ["list[str]", { type: "array", items: { type: "string" } }],
  ["typing.List[int]", { type: "array", items: { type: "integer" } }],
  ["dict[str, float]", { type: "object", additionalProperties: { type: "number" } }],
  ["Optional[bool]", { anyOf: [{ type: "boolean" }, { type: "null" }] }],
  ["int | None", { anyOf: [{ type: "integer" }, { type: "null" }] }],
  ["'Union[int, str]'", { anyOf: [{ type: "integer" }, { type: "string" }] }],
  ["Literal['a', 'b', -1, None]", { enum: ["a", "b", -1, null] }],
  ["tuple[int, ...]", { type: "array", items: { type: "integer" } }],
  [
    "tuple[int, str]",
    { type: "array", prefixItems: [{ type: "integer" }, { type: "string" }], items: false, minItems: 2, maxItems: 2 },
  ],
  ["Annotated[str, 'A path.']", { type: "string", description: "A path." }],
  ["Any", {}],
  ["np.ndarray", {}],
])("the annotation %s becomes its schema", (type, schema) => {
  expect(schemaOf(type)).toEqual({ value: schema });
});

test("records and aliases of the file are followed, also those that contain themselves", () => {
  const code = `Mode = Literal["a", "b"]
@dataclass(frozen=True)
class Point:
    """A point.

    Attributes:
        x: the x
    """
    x: int
    label: str = "p"
class Node(TypedDict, total=False):
    next: "Node"
    mode: Required[Mode]`;
  expect(schemaOf("Point", code)).toEqual({
    value: {
      type: "object",
      properties: { x: { type: "integer", description: "the x" }, label: { type: "string", default: "p" } },
      required: ["x"],
      description: "A point.",
    },
  });
  expect(schemaOf("Node", code)).toEqual({
    value: { type: "object", properties: { next: {}, mode: { enum: ["a", "b"] } }, required: ["mode"] },
  });
});

test("parameters keep the way they are passed, their defaults and what the docstring says in either style", () => {
  const google = entryOf(`async def f(a, /, b: int = 3, *rest: str, c=True, **more) -> list[int]:
    """Does it.

    Args:
        a (str): the a
          and more
        b: the b

    Returns:
        numbers
    """
`);
  expect(google.parameters.map(({ name, passing, required }) => [name, passing, required])).toEqual([
    ["a", "positional", true],
    ["b", "either", false],
    ["rest", "rest", false],
    ["c", "named", false],
    ["more", "named-rest", false],
  ]);
  expect(google.inputSchema).toEqual({
    type: "object",
    properties: {
      a: { type: "string", description: "the a and more" },
      b: { type: "integer", default: 3, description: "the b" },
      rest: { type: "array", items: { type: "string" } },
      c: { type: "boolean", default: true },
    },
    required: ["a"],
    additionalProperties: {},
  });
  expect(google).toMatchObject({ isAsync: true, outputSchema: { type: "array", description: "numbers" } });
  const rest = entryOf(
    'def f(a, b):\n    """D.\n\n    :param int a: the a\n    :param b: the b\n    :returns: it\n    """\n',
  );
  expect(rest.inputSchema.properties).toEqual({
    a: { type: "integer", description: "the a" },
    b: { description: "the b" },
  });
});

test("public functions are the interface, or those that __all__ lists", () => {
  const code = "def a(): pass\ndef _b(): pass\n@cache\ndef c(): pass\nclass D:\n    def e(self): pass\n";
  expect(readPythonSkill(code, "c").functions.map(({ name }) => name)).toEqual(["a", "c"]);
  expect(readPythonSkill(`__all__ = ["c"]\n${code}`, "x")).toMatchObject({ entry: "c", functions: [{ name: "c" }] });
});

test("what it imports and calls is known without running it", () => {
  const code = `from generated.servers.filesystem import (
    read_file as read,  # one
    write_file)
from generated.servers import github as gh
import generated.servers.slack
from skills.other import x
from skills import third
async def f():
    await gh.list_issues(); await generated.servers.slack.post()
    await call_tool("a__b", {}); run_skill("pdf-tools")
`;
  expect(readPythonSkill(code, "f").uses).toEqual({
    tools: ["a__b", "filesystem.read_file", "filesystem.write_file", "github.list_issues", "slack.post"],
    skills: ["other", "pdf_tools", "third"],
  });
});

test.each([
  ["def f(:\n    pass\n", 1],
  ["def f():\n    x = (1\n", 2],
  ["def f():\n    return = 3\n", 2],
])("code that does not parse is refused with its line: %j", (code, line) => {
  expect(() => readPythonSkill(code, "f")).toThrow(
    expect.objectContaining({ code: "syntax_error", details: expect.objectContaining({ line }) }),
  );
});

test("forms that only look unusual are Python", () => {
  const code = `def f(x):
    y = yield
    with a() as (b, c), d() as e.f:
        z = 8.
    match x:
        case int():
            pass
    for u, *rest in x:
        pass
    (yield)
    return f"{x!r:>{y}} {'nested'}"
`;
  expect(readPythonSkill(code, "f").entry).toBe("f");
});

test("an annotation nested deeper than anybody reads stands for anything, and one without end is refused", () => {
  expect(schemaOf(`${"list[".repeat(1_000)}int${"]".repeat(1_000)}`)).toBeDefined();
  const code = `def f(x: ${"list[".repeat(20_000)}): pass`;
  expect(() => readPythonSkill(code, "f")).toThrow(expect.objectContaining({ code: "syntax_error" }));
});

test.each([
  ["letters", `x = (${"a".repeat(200_000)})(`],
  ["loops", "for *a ".repeat(30_000)],
  ["names", "as ( ".repeat(40_000)],
  ["lines", `"""${"\n".repeat(200_000)}"""(`],
  ["brackets", "(".repeat(60_000)],
  ["lists", "[".repeat(60_000)],
  ["lambdas", "lambda: ".repeat(10_000)],
  ["fields of texts", "f'{".repeat(20_000)],
  ["signs", "- ".repeat(30_000)],
])("many %s in a row are refused in time", (_what, code) => {
  expect(() => readPythonSkill(code, "f")).toThrow(expect.objectContaining({ code: "syntax_error" }));
});

test("what is nested too deeply for the rest of the stack is refused in words, however much of it is used already", () => {
  const after = (calls: number): unknown =>
    calls === 0 ? readPythonSkill("f'{".repeat(20_000), "f") : [after(calls - 1)];
  for (const calls of [0, 1_500, 3_000])
    expect(() => after(calls)).toThrow(expect.objectContaining({ code: "syntax_error" }));
});
