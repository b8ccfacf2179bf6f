/** What the texts of tools stand on: they are the same as long as each part of it is the same. */
export type StateOfTexts = readonly unknown[];

/** Whether nothing has changed that texts stand on. */
export function isSame(before: StateOfTexts, now: StateOfTexts): boolean {
  return before.every((part, index) => part === now[index]);
}
