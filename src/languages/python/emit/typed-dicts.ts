import { shapeKey } from "../../../schema/shape/combine.ts";
import type { ObjectShape, PropertyShape, ShapeDocument } from "../../../schema/shape/shape.ts";
import { pascalCase, type NameAllocator } from "../../type-names.ts";
import { printPythonType, type PythonStyle, type TypePlace, type TypeWord } from "./print-type.ts";
import { isPythonName, quotePython } from "./text.ts";

/** Form of the classes of a document. */
interface TypedDictOptions {
  readonly names: NameAllocator;
  readonly nameOf: (word: TypeWord | "TypedDict" | "NotRequired") => string;
  readonly bars: boolean;
  readonly maxLiterals: number;
  readonly maxDepth: number;
  /** Comment lines above a field. */
  readonly comments?: (property: PropertyShape) => readonly string[];
}

/** Writes the types of one document: objects with properties become classes, everything else is spelled in place. */
export class TypedDictWriter {
  /** Class declarations, in an order in which a stub may have them. */
  readonly declarations: string[] = [];
  readonly #options: TypedDictOptions;
  readonly #style: PythonStyle;
  readonly #classes = new Map<string, string>();
  readonly #definitions: ReadonlyMap<number, string>;

  /** @param prefix words that the names of the classes begin with. */
  constructor(document: ShapeDocument, prefix: string, options: TypedDictOptions) {
    this.#options = options;
    this.#style = {
      nameOf: options.nameOf,
      bars: options.bars,
      maxLiterals: options.maxLiterals,
      maxDepth: options.maxDepth,
      objectOf: (shape, place) => this.#classOf(shape, place),
      definitionOf: (id) =>
        options.maxDepth === 0 ? options.nameOf("Any") : (this.#definitions.get(id) ?? options.nameOf("Any")),
    };
    const claimed = document.definitions.map(({ id, name }) => [id, this.#claim(`${prefix} ${name}`)] as const);
    this.#definitions = new Map(options.maxDepth === 0 ? [] : claimed);
    for (const [id, name] of this.#definitions) {
      const shape = document.definitions.find((definition) => definition.id === id)?.shape ?? { kind: "unknown" };
      const isClass = shape.kind === "object" && shape.properties.length > 0;
      if (isClass) this.#declareClass(name, shape, { depth: 0, path: `${prefix} ${name}` });
      else
        this.declarations.push(
          `${name} = ${printPythonType(shape, this.#style, { depth: 0, path: `${prefix} ${name}` })}`,
        );
    }
  }

  /** The type of a part of the document. */
  typeOf(shape: ShapeDocument["root"], path: string): string {
    return printPythonType(shape, this.#style, { depth: 0, path });
  }

  #claim(words: string): string {
    return this.#options.names.claim(pascalCase(words).slice(0, 100));
  }

  /** Equal objects of one document share a class. */
  #classOf(shape: ObjectShape, place: TypePlace): string {
    const key = `${place.depth >= this.#options.maxDepth - 1 ? "flat " : ""}${shapeKey(shape)}`;
    const known = this.#classes.get(key);
    if (known !== undefined) return known;
    const name = this.#claim(place.path);
    this.#classes.set(key, name);
    this.#declareClass(name, shape, place);
    return name;
  }

  #declareClass(name: string, shape: ObjectShape, place: TypePlace): void {
    const fields = shape.properties.map((property) => ({
      property,
      type: printPythonType(property.shape, this.#style, {
        depth: place.depth + 1,
        path: `${place.path} ${property.name}`,
      }),
    }));
    const { nameOf } = this.#options;
    const total = fields.some(({ property }) => property.required);
    const written = fields.map(({ property, type }) => ({
      property,
      type: property.required || !total ? type : `${nameOf("NotRequired")}[${type}]`,
    }));
    const totality = total ? "" : ", total=False";
    const isClass = fields.every(({ property }) => isFieldName(property.name));
    const lines: string[] = [];
    for (const { property, type } of written) {
      const field = isClass ? `${property.name}: ${type}` : `${quotePython(property.name)}: ${type},`;
      for (const line of this.#comments(property)) lines.push(`    ${line}`);
      lines.push(`    ${field}`);
    }
    const [head, end] = isClass
      ? [`class ${name}(${nameOf("TypedDict")}${totality}):`, []]
      : [`${name} = ${nameOf("TypedDict")}("${name}", {`, [`}${totality})`]];
    this.declarations.push([head, ...lines, ...end].join("\n"));
  }

  #comments(property: PropertyShape): readonly string[] {
    return this.#options.comments?.(property) ?? [];
  }
}

/** Names that are types themselves would hide those types from the fields below them. */
const TYPES: ReadonlySet<string> = new Set(["bool", "dict", "float", "int", "list", "str"]);

function isFieldName(name: string): boolean {
  return isPythonName(name) && !TYPES.has(name) && /^[a-z]/.test(name);
}
