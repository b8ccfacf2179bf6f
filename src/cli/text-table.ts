import { cutText, plainLine, plainText } from "./plain-text.ts";

/** One column of a table. */
interface TableColumn {
  readonly title: string;
  /** @default "left" */
  readonly align?: "left" | "right";
  /** Colours a cell after it was cut and padded. */
  readonly style?: (cell: string) => string;
}

/** Layout of a table. */
interface TableOptions {
  readonly columns: readonly TableColumn[];
  /** Lines are cut to this; the last column is shortened first. */
  readonly width?: number | undefined;
  /** Leave the spaces of cells alone, such as those that indent. @default false */
  readonly keepSpaces?: boolean;
  /** Colours the titles. */
  readonly titleStyle?: (title: string) => string;
}

const GAP = "  ";

/** Lays rows out in aligned columns, one line each, ending with a line end. A table without rows is empty. */
export function textTable(rows: readonly (readonly string[])[], options: TableOptions): string {
  if (rows.length === 0) return "";
  const { columns, width, keepSpaces = false, titleStyle = (title) => title } = options;
  const clean = keepSpaces ? plainText : plainLine;
  const cells = rows.map((row) => columns.map((_, index) => clean(row[index] ?? "")));
  const titles = columns.map(({ title }) => title);
  const widths = columns.map((_, index) => Math.max(...[titles, ...cells].map((row) => row[index]?.length ?? 0)));
  fitLast(widths, width);
  const toLine = (row: readonly string[], isTitle: boolean): string =>
    columns
      .map(({ align, style = (cell) => cell }, index) => {
        const cell = layCell(row[index] ?? "", {
          width: widths[index] ?? 0,
          isRight: align === "right",
          isLast: index === columns.length - 1,
        });
        return isTitle ? titleStyle(cell) : style(cell);
      })
      .join(GAP)
      .trimEnd();
  return [toLine(titles, true), ...cells.map((row) => toLine(row, false))].map((line) => `${line}\n`).join("");
}

function fitLast(widths: number[], width: number | undefined): void {
  const last = widths.length - 1;
  if (width === undefined || last < 0) return;
  const before = widths.slice(0, last).reduce((sum, each) => sum + each + GAP.length, 0);
  widths[last] = Math.max(8, Math.min(widths[last] ?? 0, width - before));
}

function layCell(
  text: string,
  { width, isRight, isLast }: { readonly width: number; readonly isRight: boolean; readonly isLast: boolean },
): string {
  const cut = cutText(text, width);
  if (isRight) return cut.padStart(width);
  return isLast ? cut : cut.padEnd(width);
}
