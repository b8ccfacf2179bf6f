/** A cell's source as a script whose value is the function to run. */
interface WrappedSource {
  readonly script: string;
  /** The text of the function, by which the guest proves that the source did not close it early. */
  readonly function: string;
}

/** Name under which a cell finds the function that watches what nothing waits for: `__floating(value, line)`. */
export const FLOATING = "__floating";

const OPEN = `async function(${FLOATING}){`;

/** Columns by which the first line of a cell is shifted in the script. */
export const FIRST_LINE_SHIFT: number = OPEN.length + 1;

/** Wraps the source without moving a line; the line feed before the end keeps a comment on the last line a comment. */
export function wrapSource(source: string): WrappedSource {
  const wrapped = `${OPEN}${source}\n}`;
  return { script: `(${wrapped})`, function: wrapped };
}
