import type { ToolEntry } from "../../../catalog/tool.ts";
import type { PropertyShape, Shape, ShapeDocument } from "../../../schema/shape/shape.ts";
import { exampleTexts, propertyText, toolFacts, DOC_BUDGETS, type DocBudget } from "../../docs.ts";
import { toolShapes } from "../../tool-shapes.ts";
import { pascalCase, type NameAllocator } from "../../type-names.ts";
import { printType, type TypeStyle } from "./print-type.ts";
import { commentLines, docComment } from "./text.ts";

/** A tool in TypeScript: types first, then the parameters and result of its function. */
interface ToolText {
  /** Declarations of the types the function mentions. */
  readonly types: readonly string[];
  /** Lines of the function's documentation, fit for a comment. */
  readonly docs: readonly string[];
  /** Type of the arguments. */
  readonly input: string;
  readonly inputOptional: boolean;
  /** Type of what a call resolves to. */
  readonly output: string;
}

/** Spelling of the types of a tool. */
interface ToolTextOptions {
  readonly names: NameAllocator;
  readonly untyped: "any" | "unknown";
  /** Put before each type declaration, for instance `export `. */
  readonly prefix: string;
  /** Spell the arguments in place instead of naming their type. */
  readonly inlineInput: boolean;
}

/** Largest text of one tool. */
export const MAX_TOOL_BYTES: number = 64 * 1024;
const TEXT_LIMIT = MAX_TOOL_BYTES - 4096;

interface Detail {
  readonly docs: DocBudget;
  readonly maxLiterals: number;
  readonly maxDepth: number;
}

const NO_TEXT: DocBudget = { tool: 300, property: 0 };

/** From everything to almost nothing; the first that fits the limit is printed. */
const DETAILS: readonly Detail[] = [
  ...DOC_BUDGETS.map((docs) => ({ docs, maxLiterals: 4000, maxDepth: 48 })),
  { docs: NO_TEXT, maxLiterals: 24, maxDepth: 6 },
  { docs: NO_TEXT, maxLiterals: 12, maxDepth: 2 },
  { docs: NO_TEXT, maxLiterals: 0, maxDepth: 0 },
];

/** Spells a tool within the size limit, with as much detail as fits. */
export function toolText(entry: ToolEntry, options: ToolTextOptions): ToolText {
  const writer = new ToolWriter(entry, options);
  let text = writer.write(DETAILS[0] ?? { docs: NO_TEXT, maxLiterals: 0, maxDepth: 0 });
  for (const detail of DETAILS.slice(1)) {
    if (sizeOf(text) <= TEXT_LIMIT) break;
    text = writer.write(detail);
  }
  return text;
}

function sizeOf(text: ToolText): number {
  return [...text.types, ...text.docs, text.input, text.output].reduce((sum, part) => sum + Buffer.byteLength(part), 0);
}

class ToolWriter {
  readonly #entry: ToolEntry;
  readonly #options: ToolTextOptions;
  readonly #names = new Map<string, string>();

  constructor(entry: ToolEntry, options: ToolTextOptions) {
    this.#entry = entry;
    this.#options = options;
  }

  write(detail: Detail): ToolText {
    const { input, output, inputOptional } = toolShapes(this.#entry);
    const types: string[] = [];
    const inputType = this.#documentType(input, { role: "Input", untyped: "unknown", detail, types });
    const outputType =
      output === undefined
        ? this.#options.untyped
        : this.#documentType(output, { role: "Output", untyped: this.#options.untyped, detail, types });
    return { types, docs: this.#docs(detail.docs), input: inputType, inputOptional, output: outputType };
  }

  #documentType(document: ShapeDocument, part: Part): string {
    const style = this.#style(document, part);
    const declare = (name: string, shape: Shape, docs: readonly string[]): void => {
      part.types.push(
        [...docComment(docs), `${this.#options.prefix}type ${name} = ${printType(shape, style)};`].join("\n"),
      );
    };
    const cut = part.detail.maxDepth === 0;
    for (const definition of cut ? [] : document.definitions) {
      const text = propertyText({ ...definition.docs, facts: [] }, part.detail.docs);
      const isRoot = document.root.kind === "reference" && document.root.id === definition.id;
      declare(style.nameOf(definition.id), definition.shape, isRoot ? [] : describe(text));
    }
    const inline =
      part.role === "Output" ? isShort(document.root) : this.#options.inlineInput || isEmpty(document.root);
    if (inline || document.root.kind === "reference") return printType(document.root, style);
    const name = this.#name(part.role, part.role);
    declare(name, document.root, []);
    return name;
  }

  #style(document: ShapeDocument, { role, untyped, detail }: Part): TypeStyle {
    const hints = new Map(document.definitions.map((definition) => [definition.id, definition.name]));
    const rootId = document.root.kind === "reference" ? document.root.id : -1;
    const nameOf = (id: number): string => {
      if (detail.maxDepth === 0) return untyped;
      return id === rootId ? this.#name(role, role) : this.#name(`${role}${id}`, pascalCase(hints.get(id) ?? "Part"));
    };
    const docLines = (property: PropertyShape): readonly string[] => describe(propertyText(property.docs, detail.docs));
    return { untyped, nameOf, docLines, maxLiterals: detail.maxLiterals, maxDepth: detail.maxDepth };
  }

  /** The same part gets the same name however often the tool is written. */
  #name(part: string, suffix: string): string {
    const known = this.#names.get(part);
    if (known !== undefined) return known;
    const name = this.#options.names.claim(`${pascalCase(this.#entry.identifier)}${suffix}`);
    this.#names.set(part, name);
    return name;
  }

  #docs(budget: DocBudget): string[] {
    const examples = exampleTexts(this.#entry).map((text) => `@example ${this.#entry.identifier}(${text})`);
    return [
      ...describe(this.#entry.description.trim(), budget.tool),
      ...[...toolFacts(this.#entry), ...examples].flatMap((line) => commentLines(line, 600)),
    ];
  }
}

interface Part {
  readonly role: "Input" | "Output";
  readonly untyped: "any" | "unknown";
  readonly detail: Detail;
  readonly types: string[];
}

function describe(text: string, maxLength = 2000): string[] {
  return text === "" ? [] : commentLines(text, maxLength);
}

function isEmpty(shape: Shape): boolean {
  return shape.kind === "object" && shape.properties.length === 0;
}

/** True when a type is as easy to read in place as under a name. */
function isShort(shape: Shape): boolean {
  if (shape.kind === "array") return isShort(shape.items);
  if (shape.kind === "union") return shape.members.length <= 4 && shape.members.every(isShort);
  return shape.kind !== "object" && shape.kind !== "intersection" && shape.kind !== "tuple";
}
