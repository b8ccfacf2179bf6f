import type { ValueKind } from "./rewrite-program.ts";
import type { TextPosition } from "./text-lines.ts";
import type { ToolCallSite } from "./tool-calls.ts";

/** A name an import asks for. */
export interface ImportedName {
  /** Name in the module; `default` for a default import, `*` for the whole module. */
  readonly imported: string;
  readonly local: string;
  /** False when the cell never uses the name as a value: it may be a type. */
  readonly usedAsValue: boolean;
  /** Place in the user's text. Computed when asked. */
  at(): TextPosition;
}

/** An import of the program; imports of types only are not here. */
export interface PreparedImport {
  /** As the user wrote it. */
  readonly specifier: string;
  /** As the sandbox resolves it. */
  readonly normalized: string;
  /** Empty for an import for its effects. */
  readonly names: readonly ImportedName[];
  /** Place in the user's text. Computed when asked. */
  at(): TextPosition;
}

/** A name the program uses and does not declare. */
export interface FreeName {
  readonly name: string;
  /** The operand of `typeof` somewhere: the program provides for its absence. */
  readonly underTypeof: boolean;
  /** Only ever the operand of `typeof`. */
  readonly onlyTypeof: boolean;
  /** The program assigns to it. */
  readonly written: boolean;
  /** Properties it is asked for by name, as in `servers.github` or `servers["my-server"]`. */
  readonly members: readonly string[];
  /** Also used in other ways than `name.member`, so `members` is not all. */
  readonly otherUses: boolean;
}

/** A program ready for the sandbox, and what is known about it. */
export interface PreparedCell {
  /** Body of an async function in strict mode; what it returns is the value. */
  readonly source: string;
  /** Top-level names, which the source assigns as session globals. */
  readonly globals: readonly string[];
  readonly imports: readonly PreparedImport[];
  readonly valueKind: ValueKind;
  /** The program as the user wrote it, without what stood around it, with `\n` line breaks. */
  readonly code: string;
  /** What was noticed while reading, as sentences. */
  readonly notes: readonly string[];
  /** Whether the program is more than JavaScript. */
  readonly isTypeScript: boolean;
  readonly freeNames: readonly FreeName[];
  /** Place in the user's text of a place in `source`. */
  map(line: number, column: number): TextPosition;
  /** Place in the user's text of a place in `code`. */
  toUserText(position: TextPosition): TextPosition;
  /** Places in `code` where a name that is not declared is read or written, `typeof` left out. Computed when asked. */
  freeUses(): readonly { readonly name: string; readonly position: TextPosition }[];
  /** The tool calls, with places in `code`. Computed when asked. */
  toolCalls(): readonly ToolCallSite[];
}

/** A value, at once or later. */
type Soon<Value> = Value | Promise<Value>;

/** A {@link PreparedCell} that may be in another process, so that some of it has to be waited for. */
export interface ReadCell extends Omit<PreparedCell, "map" | "freeUses" | "toolCalls"> {
  /** Place in the user's text of a place in `source`. */
  map(line: number, column: number): Soon<TextPosition>;
  /** See {@link PreparedCell.freeUses}. */
  freeUses(): Soon<ReturnType<PreparedCell["freeUses"]>>;
  /** See {@link PreparedCell.toolCalls}. */
  toolCalls(): Soon<ReturnType<PreparedCell["toolCalls"]>>;
}

/** What a check of types looks at. */
export type CheckedCell = Omit<PreparedCell, "map">;
