import { InvalidArgumentError } from "commander";

const MOST_SECONDS = 2_147_483;

/** Reads a positive number of seconds, as milliseconds. */
export function parsePositiveSeconds(text: string): number {
  const seconds = readSeconds(text);
  if (seconds <= 0) throw new InvalidArgumentError("Give a number of seconds above 0, such as 30.");
  return Math.max(1, Math.round(seconds * 1000));
}

/** Reads a number of seconds that may be 0, as milliseconds. */
export function parseSeconds(text: string): number {
  return Math.round(readSeconds(text) * 1000);
}

/** Reads a positive whole number. */
export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new InvalidArgumentError("Give a whole number above 0, such as 10.");
}

/** Address that HTTP is served on. */
export interface HttpAddress {
  readonly host: string;
  readonly port: number;
}

/** Reads `HOST:PORT`; an IPv6 host stands in brackets. Port 0 takes any free one. */
export function parseHttpAddress(text: string): HttpAddress {
  const [, host, port] = /^(\[[0-9a-fA-F:]+\]|[^:/\s]+):(\d{1,5})$/.exec(text) ?? [];
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new InvalidArgumentError("Give HOST:PORT, such as 127.0.0.1:8787.");
}

/** Reads a comma-separated list of words. */
export function parseList(text: string): readonly string[] {
  const words = text
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  if (words.length > 0) return words;
  throw new InvalidArgumentError("Give at least one word; separate several by commas.");
}

function readSeconds(text: string): number {
  const seconds = /^\d+(\.\d+)?$|^\.\d+$/.test(text) ? Number(text) : Number.NaN;
  if (seconds <= MOST_SECONDS) return seconds;
  throw new InvalidArgumentError("Give a number of seconds, such as 30 or 2.5.");
}
