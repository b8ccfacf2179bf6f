// Arranges the parts of a shown value in lines, as consoles do.

import { append, floor, indexOf, max, min, repeat, round, sqrt } from "codemode:guest/intrinsics";

const LINE_WIDTH = 76;
const MOST_COLUMNS = 12;

/** Short items side by side, as consoles show them: numbers to the right, everything else to the left. */
export function inColumns(parts, list, depth) {
  let widest = 0;
  let width = 0;
  let numbers = true;
  for (let index = 0; index < parts.length; index += 1) {
    if (indexOf(parts[index], "\n") >= 0) return parts;
    widest = max(widest, parts[index].length + 2);
    width += parts[index].length + 2;
    numbers &&= typeof list[index] === "number" || typeof list[index] === "bigint";
  }
  const room = LINE_WIDTH - 2 * depth;
  if (parts.length <= 6 || widest * 3 >= room || (width / widest <= 5 && widest > 8)) return parts;
  const biased = max(widest - 3 - sqrt(widest - width / parts.length), 1);
  const shape = round(sqrt(2.5 * biased * parts.length) / biased);
  return joinRows(parts, min(shape, floor(room / widest), MOST_COLUMNS), numbers);
}

function joinRows(parts, columns, right) {
  if (columns <= 1) return parts;
  const widths = [];
  for (let index = 0; index < parts.length; index += 1) {
    const column = index % columns;
    if (index < columns) append(widths, 0);
    widths[column] = max(widths[column], parts[index].length);
  }
  const rows = [];
  for (let from = 0; from < parts.length; from += columns) {
    let row = "";
    const end = min(from + columns, parts.length);
    for (let index = from; index < end; index += 1) {
      const gap = repeat(" ", widths[index - from] - parts[index].length);
      const isLast = index === end - 1;
      row += right ? `${gap}${parts[index]}${isLast ? "" : ", "}` : `${parts[index]}${isLast ? "" : `, ${gap}`}`;
    }
    append(rows, row);
  }
  return rows;
}

/** Whether parts have room beside one another. */
export function fitsLine(start, parts) {
  let width = start.length + 2 * parts.length;
  for (let index = 0; index < parts.length; index += 1) {
    if (indexOf(parts[index], "\n") >= 0) return false;
    width += parts[index].length;
  }
  return width <= LINE_WIDTH;
}

/** Parts in brackets, in one line where there is room. */
export function enclose([start, end], parts, depth) {
  if (parts.length === 0) return `${start}${end}`;
  const wide = !fitsLine(start, parts);
  const indent = wide ? `\n${repeat("  ", depth + 1)}` : " ";
  let text = start;
  for (let index = 0; index < parts.length; index += 1) text += `${index === 0 ? "" : ","}${indent}${parts[index]}`;
  return `${text}${wide ? `\n${repeat("  ", depth)}` : " "}${end}`;
}
