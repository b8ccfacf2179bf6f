import type {
  AnyNode,
  ExportDefaultDeclaration,
  ExportNamedDeclaration,
  FunctionDeclaration,
  ImportDeclaration,
  Program,
  Statement,
  VariableDeclaration,
} from "acorn";
import { FLOATING } from "../../../engines/javascript/cell-source.ts";
import type { ScopeAnalysis } from "./scope.ts";
import { endingOf } from "./finish/ending-values.ts";
import { callOfDefault, findEntry, givenTo } from "./finish/entry-function.ts";
import { findFloatingWork } from "./finish/floating-work.ts";
import { exportedDefault, importedName } from "./module-names.ts";
import { isEmptyImport } from "./patterns.ts";
import { normalizeModule } from "../../mentions.ts";
import type { SourcePieces } from "./text/source-pieces.ts";
import { TextEdits } from "./text/text-edits.ts";

/** Source of the value of a program. */
export type ValueKind = "expression" | "return" | "default" | "call" | "none";

/** A parsed program and what is known about it. */
interface ProgramFacts {
  readonly program: Program;
  readonly js: string;
  readonly analysis: ScopeAnalysis;
  /** Line in the user's text of an offset in the JavaScript. */
  readonly lineOf: (offset: number) => number;
}

/** A program as the body of an async function whose top-level names are session globals. */
interface RewrittenProgram {
  readonly pieces: SourcePieces;
  readonly valueKind: ValueKind;
  /** Remarks about the value, as sentences. */
  readonly notes: readonly string[];
}

/**
 * Turns a module into the body of an async function, every line in its place, so that stacks name the lines of the user.
 *
 * Top-level names become assignments to globals of the session, functions first so that they can be called before their
 * definition; imports become awaited dynamic imports at the top; the value of the program is returned.
 */
export function rewriteProgram(facts: ProgramFacts): RewrittenProgram {
  const rewriter = new ProgramRewriter(facts);
  return rewriter.run();
}

class ProgramRewriter {
  readonly #facts: ProgramFacts;
  readonly #edits: TextEdits;
  readonly #defaultName: string;
  readonly #loopName: string;
  readonly #localEnding: string;
  #tail = "\n";
  readonly #valueStatements = new Set<Statement>();
  readonly #notes: string[] = [];

  constructor(facts: ProgramFacts) {
    this.#facts = facts;
    this.#edits = new TextEdits(facts.js);
    this.#defaultName = unusedName("__default", facts.js);
    this.#loopName = unusedName("__loop", facts.js);
    this.#localEnding = unusedName("__here", facts.js);
  }

  run(): RewrittenProgram {
    const { program, js, analysis } = this.#facts;
    if (js.startsWith("#!")) this.#edits.replace(0, 2, "//");
    for (const offset of analysis.commentLike) this.#edits.insert(offset, " ");
    for (const statement of program.body) this.#statement(statement);
    for (const [helper, node] of analysis.wrapped) {
      if (node.type === "NewExpression" && helper === "thrown") continue;
      this.#edits.enclose(node, [`__codemode__.${helper}((`, "))"]);
    }
    for (const [index, loop] of analysis.asyncLoops.entries()) this.#closeAtEnd(loop, `${this.#loopName}${index}`);
    for (const { node, parent } of analysis.vars) this.#variables(node, parent);
    const valueKind = this.#value(program);
    this.#watchFloatingWork();
    const linesBefore = "\n".repeat(this.#facts.lineOf(0) - 1);
    return { pieces: this.#edits.render(linesBefore, this.#tail), valueKind, notes: this.#notes };
  }

  #statement(node: Program["body"][number]): void {
    switch (node.type) {
      case "ImportDeclaration":
        this.#import(node);
        return;
      case "ExportNamedDeclaration":
        this.#exportNamed(node);
        return;
      case "ExportDefaultDeclaration":
        this.#exportDefault(node);
        return;
      case "FunctionDeclaration":
        this.#hoist(node, node);
        return;
      case "ClassDeclaration":
        this.#edits.insert(node.start, `;${node.id.name} = `);
        this.#edits.insert(node.end, ";");
        return;
      case "VariableDeclaration":
        if (node.kind !== "var") this.#variables(node, this.#facts.program);
        return;
      default:
    }
  }

  /** A function declaration assigned at the top; under another name, so that it sees a later redefinition of its own. */
  #hoist(node: FunctionDeclaration, range: { readonly start: number; readonly end: number }): void {
    const { name } = node.id;
    const local = `${name}${this.#localEnding}`;
    this.#edits.insert(node.id.end, this.#localEnding);
    if (range.start < node.start) this.#edits.replace(range.start, node.start, ";");
    this.#edits.insert(range.end, ";");
    this.#edits.prepend(`${name} = __codemode__.renamed(${local}, ${JSON.stringify(name)});`, node.start);
  }

  /** The engine does not wait for what an async iterator does when a loop is left early. */
  #closeAtEnd({ loop, start }: ScopeAnalysis["asyncLoops"][number], name: string): void {
    this.#edits.enclose({ start, end: loop.end }, [
      `{let ${name};try{`,
      `}catch(${name}e){throw (await __codemode__.failed(${name}, ${name}e)).error;}finally{const ${name}l = __codemode__.leaving(${name});if(${name}l)await ${name}l;}}`,
    ]);
    this.#edits.enclose(loop.right, [`(${name} = __codemode__.entered((`, ")))"]);
  }

  #import(node: ImportDeclaration): void {
    if (isEmptyImport(node, this.#facts.js)) {
      this.#edits.replace(node.start, node.end, ";");
      return;
    }
    const specifier = JSON.stringify(normalizeModule(String(node.source.value)));
    const named: string[] = [];
    let target = "";
    for (const entry of node.specifiers) {
      if (entry.type === "ImportNamespaceSpecifier") target = `${entry.local.name} = `;
      else named.push(`${JSON.stringify(importedName(entry))}: ${entry.local.name}`);
    }
    const bind = named.length === 0 ? "" : `({ ${named.join(", ")} } = `;
    this.#edits.prepend(`${bind}${target}await import(${specifier})${bind === "" ? "" : ")"};`, node.start);
    this.#edits.replace(node.start, node.end, ";");
  }

  #exportNamed(node: ExportNamedDeclaration): void {
    const { declaration } = node;
    if (!declaration) {
      this.#edits.replace(node.start, node.end, ";");
      return;
    }
    if (declaration.type === "FunctionDeclaration") {
      this.#hoist(declaration, node);
      return;
    }
    this.#edits.replace(node.start, declaration.start, "");
    this.#statement(declaration);
  }

  #exportDefault(node: ExportDefaultDeclaration): void {
    const { declaration } = node;
    if (declaration.type === "FunctionDeclaration" && declaration.id !== null) {
      this.#hoist({ ...declaration, id: declaration.id }, node);
      return;
    }
    const named = declaration.type === "ClassDeclaration" && declaration.id ? `${declaration.id.name} = ` : "";
    const keywords = /export(?:\s|\/\*[^]*?\*\/|\/\/[^\n]*\n)*default/y;
    keywords.lastIndex = node.start;
    keywords.test(this.#facts.js);
    this.#edits.replace(node.start, keywords.lastIndex, `;${this.#defaultName} = ${named}(`);
    this.#edits.replace(withoutSemicolon(this.#facts.js, node), node.end, ");");
    this.#edits.prepend(`let ${this.#defaultName};`, node.start);
  }

  #variables(node: VariableDeclaration, parent: AnyNode): void {
    const place = placeOf(node, parent);
    const [first] = node.declarations;
    const last = node.declarations.at(-1);
    if (first === undefined || last === undefined) return;
    const [open, close] = BRACKETS[place];
    this.#edits.replace(node.start, first.start, open);
    for (const { id, init } of node.declarations) {
      if (!init && node.kind !== "var") this.#edits.insert(id.end, " = void 0");
      if (place === "head" && id.type === "Identifier" && id.name === "async")
        this.#edits.replace(id.start, id.end, "(async)");
    }
    this.#edits.replace(last.end, place === "head" ? last.end : node.end, close);
  }

  #value(program: Program): ValueKind {
    const { analysis, js } = this.#facts;
    const exported = exportedDefault(program, this.#defaultName);
    if (exported !== undefined) {
      const { call, notes } = callOfDefault(...exported);
      this.#tail = `\n;return ${call};\n`;
      this.#notes.push(...notes);
      return "default";
    }
    const entry = findEntry(program, analysis);
    if (entry.call !== undefined) {
      this.#tail = `\n;return ${entry.call};\n`;
      this.#notes.push(...entry.notes);
      return "call";
    }
    const last = program.body.findLast((statement) => !isMovedAway(statement));
    if (last?.type === "ExpressionStatement") return this.#returnExpression(last);
    const { values, notes } = endingOf(last, js);
    this.#returnEnds(values);
    if (analysis.returns.length > 0) return "return";
    if (values.length > 0) return "expression";
    this.#notes.push(...(entry.notes.length === 0 ? notes : entry.notes));
    return "none";
  }

  /** Hands what nothing waits for to the engine, which sees it to its end. */
  #watchFloatingWork(): void {
    const { js, analysis, lineOf } = this.#facts;
    if (js.includes(FLOATING)) return;
    const read = new Set(analysis.uses.map(({ name }) => name));
    const statements = analysis.statements.filter((node) => !this.#valueStatements.has(node));
    for (const { start, end, watch } of findFloatingWork({ ...analysis, statements }, js, (name) => read.has(name))) {
      this.#edits.enclose({ start, end }, [`${FLOATING}(`, `, ${lineOf(start)}, ${watch})`]);
    }
  }

  #returnExpression(node: Extract<Statement, { type: "ExpressionStatement" }>): ValueKind {
    this.#valueStatements.add(node);
    const { expression } = node;
    const isFunction = expression.type === "ArrowFunctionExpression" || expression.type === "FunctionExpression";
    this.#edits.insert(node.start, ";return (");
    this.#edits.replace(
      withoutSemicolon(this.#facts.js, node),
      node.end,
      isFunction ? `)(${givenTo(expression)});` : ");",
    );
    return isFunction ? "call" : "expression";
  }

  /** Returns what the branches of the last statement end with. */
  #returnEnds(values: ReturnType<typeof endingOf>["values"]): void {
    for (const { node, inTry } of values) {
      this.#valueStatements.add(node);
      this.#edits.insert(node.start, `{return ${inTry ? "await " : ""}(`);
      this.#edits.replace(withoutSemicolon(this.#facts.js, node), node.end, ");}");
    }
  }
}

const BRACKETS = { list: [";(", ");"], head: ["", ""], body: ["{(", ");}"] } as const;

function placeOf(node: VariableDeclaration, parent: AnyNode): keyof typeof BRACKETS {
  switch (parent.type) {
    case "ForStatement":
      return parent.init === node ? "head" : "body";
    case "ForInStatement":
    case "ForOfStatement":
      return parent.left === node ? "head" : "body";
    case "IfStatement":
    case "WhileStatement":
    case "DoWhileStatement":
    case "LabeledStatement":
      return "body";
    default:
      return "list";
  }
}

function isMovedAway(node: Program["body"][number]): boolean {
  if (node.type === "ExportNamedDeclaration") return !node.declaration || isMovedAway(node.declaration);
  return node.type === "FunctionDeclaration" || node.type === "ImportDeclaration" || node.type === "EmptyStatement";
}

function withoutSemicolon(js: string, node: { readonly end: number }): number {
  return js[node.end - 1] === ";" ? node.end - 1 : node.end;
}

function unusedName(base: string, js: string): string {
  let name = base;
  while (js.includes(name)) name += "_";
  return name;
}
