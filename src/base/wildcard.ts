/**
 * A test whether a name fits a pattern in which each `*` stands for any characters, also none; a pattern without a star
 * fits only the name it spells. Linear in the name for each star, whatever the pattern.
 */
export function wildcard(pattern: string): (name: string) => boolean {
  const [first = "", ...pieces] = pattern.split("*");
  const last = pieces.pop();
  if (last === undefined) return (name) => name === pattern;
  return (name) => {
    if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last)) return false;
    const end = name.length - last.length;
    let at = first.length;
    for (const piece of pieces) {
      const found = name.indexOf(piece, at);
      if (found === -1 || found + piece.length > end) return false;
      at = found + piece.length;
    }
    return true;
  };
}
