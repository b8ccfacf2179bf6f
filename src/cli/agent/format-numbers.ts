/** A count with its thousands set apart. */
export function formatNumber(value: number): string {
  return value.toLocaleString("en-US");
}

/** A duration for people. */
export function formatDuration(ms: number): string {
  if (ms < 1_000) return `${ms.toFixed(0)} ms`;
  const seconds = ms / 1_000;
  return seconds < 60 ? `${seconds.toFixed(1)} s` : `${Math.floor(seconds / 60)} min ${Math.floor(seconds % 60)} s`;
}

/** Dollars to four digits after the point, or a note that they are not known. */
export function formatCost(dollars: number | undefined): string {
  return dollars === undefined ? "unknown" : `$${dollars.toFixed(4)}`;
}
