import { compareCodePoints } from "../base/code-point-order.ts";
import { isReservedWord, type NameKind } from "./reserved-words.ts";

/**
 * Gives every name its identifier, the same one for TypeScript and Python.
 *
 * A name that is an identifier keeps it. Otherwise each character that cannot stand in one becomes `_`, a leading digit
 * gets a `_` before it, nothing at all becomes `_`, and a reserved word gets a `_` after it. Names that end up the same
 * are distinguished by `_2`, `_3`, … in code-point order of the names, so the order they come in does not matter.
 *
 * Identifiers are ASCII: Python reads identifiers in NFKC form and JavaScript does not, so two names could be one
 * binding there and two here; look-alikes, invisible and right-to-left characters would make it worse.
 */
export function createIdentifierMap(names: Iterable<string>, kind: NameKind): ReadonlyMap<string, string> {
  const identifiers = new Map<string, string>();
  const taken = new Set<string>();
  const others: string[] = [];
  for (const name of new Set(names)) {
    if (isUsable(name, kind)) {
      identifiers.set(name, name);
      taken.add(name);
    } else {
      others.push(name);
    }
  }
  const lastSuffixes = new Map<string, number>();
  for (const name of others.sort(compareCodePoints)) {
    identifiers.set(name, claim(toIdentifier(name, kind), taken, lastSuffixes));
  }
  return identifiers;
}

/**
 * Returns `wanted`, or `wanted_2`, `wanted_3`, … if it is taken, and takes it.
 *
 * @param lastSuffixes where counting stopped for each wanted name, so that many equal names do not cost their square.
 */
export function claim(wanted: string, taken: Set<string>, lastSuffixes: Map<string, number>): string {
  let result = wanted;
  let suffix = lastSuffixes.get(wanted) ?? 1;
  while (taken.has(result)) result = `${wanted}_${++suffix}`;
  lastSuffixes.set(wanted, suffix);
  taken.add(result);
  return result;
}

/** The identifier of a name on its own, before clashes are settled. */
function toIdentifier(name: string, kind: NameKind): string {
  const replaced = name.replace(/[^A-Za-z0-9_]/gu, "_");
  const started = replaced === "" || /^[0-9]/.test(replaced) ? `_${replaced}` : replaced;
  return isReservedWord(started, kind) ? `${started}_` : started;
}

function isUsable(name: string, kind: NameKind): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !isReservedWord(name, kind);
}
