import { escapeInvisible } from "../catalog/brief.ts";

/**
 * The servers with the number of their tools, after an opening, as many as fit into so many characters; the others are
 * counted. A full stop ends it.
 */
export function showServerSizes(
  opening: string,
  servers: readonly { readonly name: string; readonly tools?: number }[],
  characters: number,
): string {
  if (servers.length === 0) return `${opening} no server yet.`;
  const named = servers.map(({ name, tools }, index) => {
    const size = tools === undefined ? "" : ` (${tools}${index === 0 ? " tools" : ""})`;
    return `${escapeInvisible(name).slice(0, 60)}${size}`;
  });
  const shown = (count: number): string => {
    const more = count < named.length ? ` and ${named.length - count} more servers` : "";
    return `${opening} ${named.slice(0, count).join(", ")}${more}.`;
  };
  const fitting = named.findLastIndex((_name, index) => shown(index + 1).length <= characters);
  return shown(Math.max(1, fitting + 1));
}
