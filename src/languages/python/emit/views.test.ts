import { expect, test } from "vitest";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import { serverOf, toolOf } from "../../__fixtures__/corpus.ts";
import { emitPythonModule } from "./module.ts";
import { emitPythonStub } from "./stub.ts";
import { emitPythonDeclaration, emitPythonImport, emitPythonSignature, emitShortPythonSignature } from "./views.ts";

const edit = toolOf({
  name: "edit-file",
  description: "Edits a file.",
  inputSchema: {
    type: "object",
    properties: {
      path: { type: "string", description: "Which file." },
      edits: {
        type: "array",
        items: {
          type: "object",
          properties: { oldText: { type: "string", description: "What to replace." }, count: { type: "integer" } },
          required: ["oldText"],
        },
      },
      mode: { enum: ["fast", "safe"], default: "safe" },
      tag: { type: ["string", "null"] },
    },
    required: ["path", "edits"],
  },
  outputSchema: { type: "object", properties: { content: { type: "string" } }, required: ["content"] },
});

const signature = (inputSchema: JsonSchema): string => emitPythonSignature(toolOf({ inputSchema }));

test("a signature is one line with every type; a question mark stands for an optional key", () => {
  expect(emitPythonSignature(edit)).toBe(
    'edit_file(*, path: str, edits: list[{"oldText": str, "count?": int}], mode: Literal["fast", "safe"] = "safe", tag: str | None = ...) -> str',
  );
});

test("a short signature leaves out the types of keywords that are strings", () => {
  expect(emitShortPythonSignature(edit)).toBe(
    'edit_file(*, path, edits: list[{"oldText": str, "count?": int}], mode: Literal["fast", "safe"] = "safe", tag: str | None = ...) -> str',
  );
});

test("a declaration has a class for every nested object, and the documentation of every parameter", () => {
  expect(emitPythonDeclaration(edit)).toMatchInlineSnapshot(`
    "class EditsItem(TypedDict):
        # What to replace.
        oldText: str
        count: NotRequired[int]
    async def edit_file(
        *,
        path: str,
        edits: list[EditsItem],
        mode: Literal["fast", "safe"] = ...,
        tag: str | None = ...,
    ) -> str:
        """Edits a file.

        Name at the server: "edit-file".
        path: Which file.
        mode: (default "safe")
        """"
  `);
});

test("a definition may be called like a keyword", () => {
  const node = { type: "object", properties: { next: { $ref: "#/$defs/None" } } };
  const entry = toolOf({
    inputSchema: { type: "object", properties: { a: { $ref: "#/$defs/None" } }, $defs: { None: node } },
  });
  expect(emitPythonDeclaration(entry)).toContain("class None2(TypedDict, total=False):\n    next: None2\n");
});

test("an import names the module of the server", () => {
  expect(emitPythonImport(edit)).toBe("from generated.servers.demo import edit_file");
});

test("a parameter that is no Python name makes the tool take one dict", () => {
  const properties = { "reply-to": { type: "string" }, to: { type: "string" } };
  expect(signature({ type: "object", properties, required: ["reply-to"] })).toBe(
    'run(arguments: {"reply-to": str, "to?": str}, /) -> Any',
  );
  expect(signature({ type: "object", properties: {} })).toBe("run() -> Any");
});

test("a parameter that is a keyword has an underscore behind it, unless that is another parameter", () => {
  const text = { type: "string" };
  expect(signature({ type: "object", properties: { from: text, to: text }, required: ["from"] })).toBe(
    "run(*, from_: str, to: str = ...) -> Any",
  );
  expect(signature({ type: "object", properties: { from: text, from_: text } })).toBe(
    'run(arguments: {"from?": str, "from_?": str} = ..., /) -> Any',
  );
});

test("a stub has the dict and the keywords, and the odd names of the dict as they are", () => {
  const inputSchema = {
    type: "object",
    properties: { from: { type: "string" }, "reply-to": { type: "string" }, to: { type: "integer" } },
    required: ["from"],
  };
  const server = serverOf({ name: "s", tools: [{ name: "move", inputSchema }] });
  const { text } = emitPythonStub(server);
  expect(text).toContain(
    'MoveInput = _te.TypedDict("MoveInput", {\n    "from": str,\n    "reply-to": _te.NotRequired[str],\n    "to": _te.NotRequired[int],\n})',
  );
  expect(text).toContain("async def move(arguments: MoveInput, /) -> _t.Any: ...");
  expect(text).toContain("async def move(*, from_: str, to: int = ..., **extra: str) -> _t.Any: ...");
  expect(emitPythonModule(server)).toContain(
    'await _call_with("s__move", arguments, {{"from_":"from"}.get(name, name): keywords[name] for name in keywords})',
  );
});

test("tools may be called like the types", () => {
  const inputSchema = {
    type: "object",
    properties: { str: { type: "string" }, list: { type: "array", items: { type: "string" } } },
    required: ["str"],
  };
  const { text } = emitPythonStub(
    serverOf({ name: "s", tools: ["str", "list", "_t"].map((name) => ({ name, inputSchema })) }),
  );
  expect(text).toContain("import typing as _t2");
  expect(text).toContain('StrInput = _te.TypedDict("StrInput", {\n    "str": _b.str,');
});

test("alternatives beside properties become alternatives of whole objects", () => {
  const either = { properties: { k: { type: "string" } }, anyOf: [{ required: ["a"] }, { required: ["b"] }] };
  expect(signature({ type: "object", properties: { x: either } })).toBe(
    'run(*, x: {"k?": str, "a": Any} | {"k?": str, "b": Any} = ...) -> Any',
  );
});
