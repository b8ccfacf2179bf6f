import { distance } from "fastest-levenshtein";
import { isRecord } from "../../base/is-record.ts";

/**
 * The part of a client's own file that is ours too: its servers, and settings that are written as we write them. A client
 * has others, some under our names; those are left out.
 *
 * Never left out is a setting that protects: what stands under `policy`, `approvals` or `limits` is for the check, and so
 * is a key that is one of ours misspelt.
 * @param known our keys: by "" those of the whole, and of some members theirs
 */
export function withoutForeignSettings(
  value: unknown,
  { known, isForeign }: { readonly known: Readonly<Record<string, readonly string[]>>; readonly isForeign: boolean },
): unknown {
  if (!isRecord(value) || value["mcpServers"] === undefined) return value;
  const own = known[""] ?? [];
  const isOurs = ([key, member]: readonly [string, unknown]): boolean => {
    if (key === "$schema") return typeof member === "string";
    if (!own.includes(key)) return !isForeign && own.some((each) => isMisspelt(key, each));
    return !MAY_BE_THEIRS.has(key) || (isRecord(member) && speaksOurs(member, known[key] ?? []));
  };
  return Object.fromEntries(Object.entries(value).filter(isOurs));
}

/** Our keys that other clients have too, with a meaning of their own. */
const MAY_BE_THEIRS: ReadonlySet<string> = new Set(["hooks", "server", "skills", "store"]);

function speaksOurs(member: Readonly<Record<string, unknown>>, known: readonly string[]): boolean {
  const keys = Object.keys(member);
  return keys.length === 0 || keys.some((key) => known.some((each) => isMisspelt(key, each)));
}

/** One slip in a short name or two in a long one. */
const isMisspelt = (key: string, ours: string): boolean =>
  distance(key.toLowerCase(), ours.toLowerCase()) <= (ours.length > 6 ? 2 : 1);
