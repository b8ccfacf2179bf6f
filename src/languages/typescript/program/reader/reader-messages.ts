import type { ErrorReport } from "../../../../base/codemode-error.ts";
import type { FailingExpression } from "../finish/failing-expression.ts";
import type { CellData, SiteData } from "../cell-data.ts";
import type { TextPosition } from "../../../../base/text-position.ts";

/** Requests to the reading process about a text. */
export type ReaderRequest =
  | { readonly kind: "cell"; readonly text: string }
  | { readonly kind: "sites"; readonly text: string }
  | { readonly kind: "place" | "failing"; readonly text: string; readonly line: number; readonly column: number };

/** Its answer to each kind. */
export interface ReaderAnswers {
  readonly cell: CellData;
  readonly sites: SiteData;
  readonly place: TextPosition;
  /** Null when the place says nothing. */
  readonly failing: FailingExpression | null;
}

/** Its first message says that it is ready; then come answers, one for each request, in order. */
export type ReaderReply =
  | { readonly ready: true }
  | { readonly value: ReaderAnswers[ReaderRequest["kind"]] }
  | { readonly error: ErrorReport };
