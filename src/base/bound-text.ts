/**
 * The first `most` characters of a text, never half a character, followed by how many are missing; a text that fits is
 * unchanged.
 * @param characters of the whole, where `text` is only its beginning
 */
export function boundText(text: string, most: number, characters: number = text.length): string {
  if (characters <= most) return text;
  const kept = beginningOf(text, most);
  // A copy, so that keeping the beginning does not keep the whole text alive.
  return `${Buffer.from(kept).toString()}… (${characters - kept.length} more characters)`;
}

/** The first `most` characters of a text, one fewer where a character would be cut in half. */
export function beginningOf(text: string, most: number): string {
  return text.slice(0, (text.codePointAt(most - 1) ?? 0) > 0xffff ? most - 1 : most);
}

/** The first `most` texts of a list, each bounded to `characters`, followed by how many are missing. */
export function boundTexts(
  texts: readonly string[],
  { most, characters, noun }: { readonly most: number; readonly characters: number; readonly noun: string },
): readonly string[] {
  const kept = texts.slice(0, most).map((text) => boundText(text, characters));
  return texts.length <= most ? kept : [...kept, `${texts.length - most} more ${noun} were left out.`];
}
