import { defined } from "../../../base/defined.ts";
import { type Comment, Parser } from "acorn";
import { tsPlugin } from "@sveltejs/acorn-typescript";
import { TextLines } from "../../../base/text-position.ts";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { type DocText, EMPTY_DOC } from "../../doc-text.ts";
import { parseDocComment } from "./doc-comment.ts";
import { limitDepth } from "./limit-depth.ts";
import { nodesAt, type SyntaxNode, isNode } from "./syntax-node.ts";

/** A parsed TypeScript or JavaScript module. */
export interface TypescriptModule {
  readonly statements: readonly SyntaxNode[];
  /** The doc comment that directly precedes a node. */
  docBefore(node: SyntaxNode): DocText | undefined;
  /** The first doc comment, and the top-level statement it directly precedes, if it does. */
  readonly firstDoc: { readonly doc: DocText; readonly statement?: SyntaxNode } | undefined;
  /** Line of an offset, counted from 1. */
  lineAt(offset: number): number;
}

const TypescriptParser = Parser.extend(tsPlugin(), limitDepth);

/** Parses a module. Throws `syntax_error` with line and column, both counted from 1. */
export function parseTypescript(code: string): TypescriptModule {
  const comments: Comment[] = [];
  const root = parse(code, comments);
  const statements = nodesAt(root, "body");
  const docs = new Map(comments.filter(isDoc).map((comment) => [comment.end, comment]));
  const docBefore = (node: SyntaxNode): DocText | undefined => {
    const found = docs.get(endOfTextBefore(code, node.start));
    return found === undefined ? undefined : parseDocComment(found.value);
  };
  const lines = new TextLines(code);
  const first = comments.find(isDoc);
  const statement = statements.find((node) => first !== undefined && endOfTextBefore(code, node.start) === first.end);
  return {
    statements,
    docBefore,
    firstDoc:
      first === undefined ? undefined : { doc: parseDocComment(first.value) ?? EMPTY_DOC, ...defined({ statement }) },
    lineAt: (offset) => lines.positionAt(offset).line,
  };
}

/** Parses a type written on its own, as in the braces of a doc comment; undefined when it is none. */
export function parseTypeText(text: string): SyntaxNode | undefined {
  if (text.length > 500) return undefined;
  try {
    const [statement] = nodesAt(parse(`type T = ${text};`, []), "body");
    const type = statement?.typeAnnotation;
    return isNode(type) ? type : undefined;
  } catch {
    return undefined;
  }
}

function parse(code: string, comments: Comment[]): SyntaxNode | undefined {
  try {
    const root: unknown = TypescriptParser.parse(code, {
      ecmaVersion: "latest",
      sourceType: "module",
      allowAwaitOutsideFunction: true,
      allowReturnOutsideFunction: true,
      locations: true,
      onComment: comments,
    });
    return isNode(root) ? root : undefined;
  } catch (error) {
    throw toSyntaxError(error, code);
  }
}

function isDoc(comment: Comment): boolean {
  return comment.type === "Block" && comment.value.startsWith("*");
}

function endOfTextBefore(code: string, offset: number): number {
  let end = offset;
  while (end > 0 && /\s/.test(code.charAt(end - 1))) end--;
  return end;
}

function toSyntaxError(error: unknown, code: string): CodemodeError {
  if (CodemodeError.is(error)) return error;
  const message = error instanceof Error ? error.message.replace(/(?<!\s)\s*\(\d+:\d+\)$/, "") : String(error);
  const position = typeof error === "object" && error !== null && "pos" in error ? Number(error.pos) : Number.NaN;
  const before = Number.isInteger(position) ? code.slice(0, position).split("\n") : undefined;
  const place = before === undefined ? {} : { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
  return new CodemodeError("syntax_error", message, { ...place, cause: error });
}
