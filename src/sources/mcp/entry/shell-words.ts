/** The words of a command line, or why it cannot be taken apart without a shell. */
type ShellWords =
  | { readonly kind: "words"; readonly words: readonly string[] }
  | { readonly kind: "shell"; readonly reason: string };

/** One piece of a word: text in quotes, an escaped character, other text; or what ends a word. */
const PIECE = /"((?:[^"\\]|\\[\s\S])*)"|'([^']*)'|\\(["'\s\\])|(\s+)|([|&;<>`])|(["'])|([^"'\s|&;<>`\\]+|\\)/g;

/**
 * Takes a command line apart as a POSIX shell would, quotes and backslashes included, and runs nothing.
 *
 * A backslash before anything but a quote, a space or a backslash stays, so that paths of Windows survive.
 */
export function parseShellWords(line: string): ShellWords {
  const words: string[] = [];
  let word: string | undefined;
  for (const [, double, single, escaped, space, operator, open, text] of line.matchAll(PIECE)) {
    if (operator !== undefined) {
      return { kind: "shell", reason: `it has ${JSON.stringify(operator)}, which only a shell understands` };
    }
    if (open !== undefined) return { kind: "shell", reason: `a quote (${open}) is not closed` };
    if (space === undefined) {
      const quoted = double?.replace(/\\(["\\])/g, "$1");
      word = [word, quoted, single, escaped, text].join("");
      continue;
    }
    if (word !== undefined) words.push(word);
    word = undefined;
  }
  return { kind: "words", words: word === undefined ? words : [...words, word] };
}
