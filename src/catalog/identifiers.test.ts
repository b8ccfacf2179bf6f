import { parse } from "acorn";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createIdentifierMap } from "./identifiers.ts";

const PYTHON_KEYWORDS = new Set(
  `False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield`.split(/\s+/),
);

const toolMap = (...names: string[]): Record<string, string | undefined> =>
  Object.fromEntries(createIdentifierMap(names, "tool"));

/** Whether a module can import something under this name. */
function isJavaScriptBinding(name: string): boolean {
  try {
    parse(`import { x as ${name} } from "m"; ${name}();`, { ecmaVersion: "latest", sourceType: "module" });
    return true;
  } catch {
    return false;
  }
}

const nastyName = fc.oneof(
  fc.string({ unit: "binary", maxLength: 12 }),
  fc.string({ unit: fc.constantFrom("a", "_", "-", ".", "2", "é", "\u202e", "\u200b", "ﬁ", "𝒂"), maxLength: 5 }),
  fc.constantFrom(
    "class",
    "class_",
    "from",
    "await",
    "then",
    "__proto__",
    "constructor",
    "print",
    "list",
    "",
    "_",
    "1",
  ),
);

describe("identifiers", () => {
  test("a name that is an identifier is kept", () => {
    expect(toolMap("read_file", "camelCase", "_x", "A1")).toEqual({
      read_file: "read_file",
      camelCase: "camelCase",
      _x: "_x",
      A1: "A1",
    });
  });

  test("characters that cannot stand in an identifier become underscores", () => {
    expect(toolMap("create-issue", "a b", "3d", "", "💥", "a$b")).toEqual({
      "create-issue": "create_issue",
      "a b": "a_b",
      "3d": "_3d",
      "": "_",
      "💥": "__2",
      a$b: "a_b_2",
    });
  });

  test("words reserved in either language and names the languages call themselves get an underscore", () => {
    const names = [
      "from",
      "delete",
      "None",
      "await",
      "eval",
      "arguments",
      "then",
      "constructor",
      "__proto__",
      "__class__",
      "toString",
    ];
    const identifiers = createIdentifierMap(names, "tool");
    expect(names.map((name) => identifiers.get(name))).toEqual(names.map((name) => `${name}_`));
  });

  test("a tool may be called like a builtin, a server may not", () => {
    expect(createIdentifierMap(["list", "Math", "fetch"], "tool").get("list")).toBe("list");
    expect(Object.fromEntries(createIdentifierMap(["list", "Math", "codemode", "fetch", "time"], "server"))).toEqual({
      list: "list_",
      Math: "Math_",
      codemode: "codemode_",
      fetch: "fetch",
      time: "time",
    });
  });

  test("a tool whose name is the identifier another one would get keeps it", () => {
    expect(toolMap("get-x", "get_x", "get.x", "class", "class_")).toEqual({
      get_x: "get_x",
      "get-x": "get_x_2",
      "get.x": "get_x_3",
      class_: "class_",
      class: "class__2",
    });
  });

  test("names that are equal under Unicode normalisation stay apart", () => {
    const names = ["ﬁle", "file", "f\u0456le", "\u202efile", "fi\u200ble", "é", "e\u0301"];
    expect(new Set(createIdentifierMap(names, "tool").values()).size).toBe(names.length);
  });

  test("twenty thousand names that clash take no longer than any others", () => {
    const names = Array.from({ length: 20_000 }, (_, index) => String.fromCodePoint(0x4e00 + index));
    const startedAt = performance.now();
    expect(new Set(createIdentifierMap(names, "tool").values()).size).toBe(names.length);
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  test("different names get different identifiers that both languages accept", () => {
    fc.assert(
      fc.property(fc.uniqueArray(nastyName, { maxLength: 20 }), fc.constantFrom("tool", "server"), (names, kind) => {
        const identifiers = [...createIdentifierMap(names, kind === "tool" ? "tool" : "server").values()];
        expect(new Set(identifiers).size).toBe(names.length);
        for (const identifier of identifiers) {
          expect(identifier).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
          expect(PYTHON_KEYWORDS).not.toContain(identifier);
          expect(isJavaScriptBinding(identifier)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("the order of the names does not matter", () => {
    const shuffled = fc
      .uniqueArray(nastyName, { minLength: 2, maxLength: 20 })
      .chain((names) => fc.tuple(fc.constant(names), fc.shuffledSubarray(names, { minLength: names.length })));
    fc.assert(
      fc.property(shuffled, ([names, others]) => {
        expect(createIdentifierMap(others, "tool")).toEqual(createIdentifierMap(names, "tool"));
      }),
      { numRuns: 500 },
    );
  });
});
