import type { Mentions } from "../../mentions.ts";
import type { MissingAwait } from "./finish/missing-awaits.ts";
import type { ValueKind } from "./rewrite-program.ts";
import type { FailingExpression } from "./finish/failing-expression.ts";
import type { TextPosition } from "../../../base/text-position.ts";
import type { ToolCallSite } from "./tool-calls.ts";

/** A program ready for the sandbox, and what is known about it. */
export interface PreparedCell {
  /** Body of an async function in strict mode; what it returns is the value. */
  readonly source: string;
  /** Top-level names, which the source assigns as session globals. */
  readonly globals: readonly string[];
  /** Those of `globals` that may be read before their declaration has run, which must fail. */
  readonly lateGlobals: readonly string[];
  readonly valueKind: ValueKind;
  /** The program as the user wrote it, without the text that surrounded it, with `\n` line breaks. */
  readonly code: string;
  /** Remarks made while reading, as sentences. */
  readonly notes: readonly string[];
  /** True when the program is more than JavaScript. */
  readonly isTypeScript: boolean;
  readonly mentions: Mentions;
  /** Place in the user's text of a place in `source`. */
  map(line: number, column: number): TextPosition;
  /** Place in the user's text of a place in `code`. */
  toUserText(position: TextPosition): TextPosition;
  /** `code` as it is checked, every character in its place. Computed on demand. */
  checkedCode(): string;
  /** Uses of a promise as if it were its value, with places in `code`. Computed on demand. */
  missingAwaits(): readonly MissingAwait[];
  /** Places in `code` where a name that is not declared is read or written, `typeof` left out. Computed when asked. */
  freeUses(): readonly FreeUse[];
  /** The tool calls, with places in `code`. Computed when asked. */
  toolCalls(): readonly ToolCallSite[];
  /** The expression that an engine could not work with, by the place in `source` of the error. Computed when asked. */
  failing(line: number, column: number): FailingExpression | undefined;
  /** Places in the user's text that may keep the program waiting for ever. Computed when asked. */
  endlessWaits(): readonly TextPosition[];
}

/** A place where a name that is not declared is read or written. */
export interface FreeUse {
  readonly name: string;
  readonly position: TextPosition;
}

/** A value, at once or later. */
type Soon<Value> = Value | Promise<Value>;

/** Parts that are computed on demand. */
export type AskedLater = "map" | "freeUses" | "toolCalls" | "failing" | "endlessWaits";

/** A {@link PreparedCell} that may be in another process, so that some of it has to be waited for. */
export interface ReadCell extends Omit<PreparedCell, AskedLater> {
  /** Place in the user's text of a place in `source`. */
  map(line: number, column: number): Soon<TextPosition>;
  /** See {@link PreparedCell.freeUses}. */
  freeUses(): Soon<readonly FreeUse[]>;
  /** See {@link PreparedCell.toolCalls}. */
  toolCalls(): Soon<readonly ToolCallSite[]>;
  /** See {@link PreparedCell.failing}. */
  failing(line: number, column: number): Soon<FailingExpression | undefined>;
  /** See {@link PreparedCell.endlessWaits}. */
  endlessWaits(): Soon<readonly TextPosition[]>;
}

/** Input of a type check. */
export type CheckedCell = Omit<PreparedCell, "map" | "failing" | "endlessWaits">;
