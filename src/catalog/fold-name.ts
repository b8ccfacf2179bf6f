/** Takes case and separators out of a name, so that `readFile`, `read-file` and `READ_FILE` are one. */
export function foldName(name: string): string {
  return name.toLowerCase().replace(/[\s_.\-/:]+/g, "");
}
