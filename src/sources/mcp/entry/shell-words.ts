/** The words of a command line, or why it cannot be taken apart without a shell. */
export type ShellWords =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "shell"; readonly reason: string };

const OPERATORS = new Set(["|", "&", ";", "<", ">", "`", "\n"]);

/**
 * Takes a command line apart as a POSIX shell would, quotes and backslashes included, and runs nothing.
 *
 * A backslash before anything but a quote, a space or a backslash stays, so that paths of Windows survive.
 */
export function parseShellWords(line: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  let quote: string | undefined;
  for (let at = 0; at < line.length; at += 1) {
    const char = line.charAt(at);
    if (char === "\\" && quote !== "'" && /["'\s\\]/.test(line.charAt(at + 1))) {
      at += 1;
      word = (word ?? "") + line.charAt(at);
    } else if (quote !== undefined) {
      if (char === quote) quote = undefined;
      else word = (word ?? "") + char;
    } else if (char === '"' || char === "'") {
      quote = char;
      word ??= "";
    } else if (OPERATORS.has(char)) {
      return { kind: "shell", reason: `it has ${JSON.stringify(char)}, which only a shell understands` };
    } else if (/\s/.test(char)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else word = (word ?? "") + char;
  }
  if (quote !== undefined) return { kind: "shell", reason: `a quote (${quote}) is not closed` };
  if (word !== undefined) words.push(word);
  return { kind: "words", words };
}
