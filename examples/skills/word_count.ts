/**
 * Counts words of a text, the most frequent first.
 *
 * @tags text, statistics
 */
export function word_count(text: string, top = 10): { word: string; count: number }[] {
  const counts = new Map<string, number>();
  for (const [word] of text.toLowerCase().matchAll(/\p{L}+/gu)) counts.set(word, (counts.get(word) ?? 0) + 1);
  return [...counts]
    .map(([word, count]) => ({ word, count }))
    .sort((left, right) => right.count - left.count || left.word.localeCompare(right.word))
    .slice(0, top);
}
