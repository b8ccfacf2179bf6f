import type { NameAllocator } from "../../type-names.ts";
import { isSchemaObject } from "../../../schema/json-schema.ts";
import { normaliseSchema } from "../../../schema/shape/normalise.ts";
import type { JsonSchema } from "../../../schema/json-schema.ts";
import type { SkillFunction } from "../../function.ts";
import type { BoundSkill } from "../../typescript/emit/skill-module.ts";
import { pythonParameters } from "./skill-function.ts";
import { type PythonStub, type StubNames, stubNames } from "./stub.ts";
import { isPythonName } from "./text.ts";
import { TypedDictWriter } from "./typed-dicts.ts";

const LIMITS = { maxLiterals: 400, maxDepth: 12 };

/** Declares the module of a skill for type checkers: every function takes what it takes in its own language. */
export function emitPythonSkillStub(skill: BoundSkill): PythonStub {
  const functions = skill.functions.filter(({ exportedAs }) => isPythonName(exportedAs));
  const names = stubNames(functions.map(({ exportedAs }) => exportedAs));
  const types: string[] = [];
  const claim = (wanted: string): string => {
    const name = names.allocator.claim(wanted);
    types.push(name);
    return name;
  };
  const parts = functions.flatMap((fn) => functionStub(skill, fn, { ...names, allocator: { claim } }));
  return { text: [...names.imports, "", ...parts, ""].join("\n"), types };
}

function functionStub(skill: BoundSkill, fn: SkillFunction, names: StubNames): string[] {
  const writer = new TypeWriter(fn.exportedAs, names);
  const parameters = pythonParameters(fn, skill.language).map((parameter) => {
    if (typeof parameter === "string") return parameter;
    const { name, star, schema, initial } = parameter;
    return `${star}${name}: ${writer.type(schema, name)}${initial === undefined ? "" : " = ..."}`;
  });
  const result = fn.outputSchema === undefined ? names.word("Any") : writer.type(fn.outputSchema, "Result");
  return [...writer.declarations, `async def ${fn.exportedAs}(${parameters.join(", ")}) -> ${result}: ...`];
}

class TypeWriter {
  readonly declarations: string[] = [];
  readonly #prefix: string;
  readonly #names: StubNames;

  constructor(prefix: string, names: StubNames) {
    this.#prefix = prefix;
    this.#names = names;
  }

  type(schema: JsonSchema, role: string): string {
    const document = normaliseSchema(isSchemaObject(schema) ? schema : {});
    const { allocator, word }: { allocator: NameAllocator; word: StubNames["word"] } = this.#names;
    const options = { names: allocator, nameOf: word, bars: false, ...LIMITS };
    const writer = new TypedDictWriter(document, `${this.#prefix} ${role}`, options);
    const text = writer.typeOf(document.root, `${this.#prefix} ${role}`);
    this.declarations.push(...writer.declarations);
    return text;
  }
}
