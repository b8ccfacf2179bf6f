import { createHash } from "node:crypto";
import type { CatalogServer } from "../catalog/tool.ts";

/** Longest file name without its ending. */
const MAX_LENGTH = 80;

/** Names that mean devices on Windows, whatever their ending. */
const DEVICES = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/**
 * Gives every server a file name without ending: its identifier wherever that is safe.
 *
 * Device names, names that are too long and names that differ from another only in case get a hash of the server's
 * name, so the same server always has the same file. No file can end up outside its folder.
 */
export function serverFileNames(
  servers: readonly CatalogServer[],
  reserved: readonly string[] = [],
): ReadonlyMap<CatalogServer, string> {
  const taken = new Set(reserved);
  const names = new Map<CatalogServer, string>();
  for (const server of servers) {
    const plain = /^[A-Za-z_][A-Za-z0-9_]*$/.test(server.identifier) ? server.identifier : "server";
    const safe = plain === server.identifier && plain.length <= MAX_LENGTH && !DEVICES.test(plain);
    const name = safe && !taken.has(plain.toLowerCase()) ? plain : hashed(plain, server.name, taken);
    taken.add(name.toLowerCase());
    names.set(server, name);
  }
  return names;
}

function hashed(plain: string, name: string, taken: ReadonlySet<string>): string {
  const digest = createHash("sha256").update(name).digest("hex");
  for (let length = 8; length < digest.length; length += 8) {
    const candidate = `${plain.slice(0, MAX_LENGTH - length - 1)}_${digest.slice(0, length)}`;
    if (!taken.has(candidate.toLowerCase())) return candidate;
  }
  return `${plain.slice(0, 8)}_${digest}_${taken.size}`;
}
