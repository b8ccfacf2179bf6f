import { wildcard } from "../../base/wildcard.ts";
import { type PolicyRule, serverEnds } from "./policy.ts";

/** Pairs of rules that are compared one by one, at most: of very many rules whose patterns have nothing fixed in common. */
const MOST_COMPARED = 1_000_000;

/** A rule with its place and what of it is compared. */
interface NumberedRule {
  readonly index: number;
  readonly rule: PolicyRule;
  readonly matchesTools: (name: string) => boolean;
  readonly conditions: readonly (readonly [pointer: string, matches: (text: string) => boolean])[];
}

/** Rules that end alike, by a condition that only one text meets; those without one are under the empty text. */
type Bucket = Map<string, NumberedRule[]>;

/**
 * The rules before a rule, found by what their patterns have fixed, so that a long list is read in about the time of its
 * length. What has nothing fixed is compared with each, up to a bound; then no rule is found for it any more.
 */
export class EarlierRules {
  /** By the fixed beginning and end of the pattern, or the whole of one without a star. */
  readonly #buckets = new Map<string, Bucket>();
  /** Sizes of beginning and end that occur. */
  readonly #sizes = new Map<string, readonly [first: number, last: number]>();
  #compared = 0;

  /** Adds the next rule. */
  add(rule: PolicyRule, index: number): void {
    const { tools = "*" } = rule;
    const key = fixedParts(tools);
    const conditions = Object.entries(rule.arguments ?? {});
    const bucket: Bucket = this.#buckets.get(key) ?? new Map();
    this.#buckets.set(key, bucket);
    if (tools.includes("*")) this.#addSize(tools);
    const exact = conditions.find(([, pattern]) => !pattern.includes("*"));
    const place = exact === undefined ? "" : conditionKey(exact);
    const rules = bucket.get(place) ?? [];
    bucket.set(place, rules);
    rules.push({
      index,
      rule,
      matchesTools: wildcard(tools),
      conditions: conditions.map(([pointer, pattern]) => [pointer, wildcard(pattern)]),
    });
  }

  /** The number of the first rule so far that decides about every call that `rule` is about; undefined where none does. */
  covering(rule: PolicyRule): number | undefined {
    const { tools = "*" } = rule;
    const places = ["", ...Object.entries(rule.arguments ?? {}).map(conditionKey)];
    let first: number | undefined;
    for (const bucket of this.#bucketsFor(tools)) {
      for (const place of places) {
        const found = this.#firstIn(bucket.get(place) ?? [], rule);
        if (found !== undefined && (first === undefined || found < first)) first = found;
      }
    }
    return first;
  }

  #addSize(tools: string): void {
    const [first, last] = [tools.indexOf("*"), tools.length - tools.lastIndexOf("*") - 1];
    this.#sizes.set(`${first} ${last}`, [first, last]);
  }

  *#bucketsFor(tools: string): Generator<Bucket> {
    const same = this.#buckets.get(tools);
    if (same !== undefined) yield same;
    for (const [first, last] of this.#sizes.values()) {
      if (first + last > tools.length) continue;
      const key = `${tools.slice(0, first)}*${last === 0 ? "" : tools.slice(-last)}`;
      const bucket = key === tools ? undefined : this.#buckets.get(key);
      if (bucket !== undefined) yield bucket;
    }
  }

  #firstIn(rules: readonly NumberedRule[], later: PolicyRule): number | undefined {
    for (const earlier of rules) {
      this.#compared += 1;
      if (this.#compared > MOST_COMPARED) return undefined;
      if (covers(earlier, later)) return earlier.index;
    }
    return undefined;
  }
}

/** What stands before the first star and behind the last of a pattern; a pattern without a star as it is. */
function fixedParts(pattern: string): string {
  const first = pattern.indexOf("*");
  return first === -1 ? pattern : `${pattern.slice(0, first)}*${pattern.slice(pattern.lastIndexOf("*") + 1)}`;
}

function conditionKey([pointer, pattern]: readonly [string, string]): string {
  return JSON.stringify([pointer, pattern]);
}

/** True when each call that `later` is about is decided by the earlier one. */
function covers({ rule: earlier, matchesTools, conditions }: NumberedRule, later: PolicyRule): boolean {
  return (
    (earlier.annotation === undefined || earlier.annotation === later.annotation) &&
    conditions.every(([pointer, matches]) => {
      const own = later.arguments?.[pointer];
      return own !== undefined && matches(own);
    }) &&
    coversTools(earlier.tools ?? "*", later.tools ?? "*", matchesTools)
  );
}

/** A pattern that matches the text of another matches all that one matches, where both are about the same server. */
function coversTools(earlier: string, later: string, matches: (name: string) => boolean): boolean {
  if (earlier === "*" || earlier === later) return true;
  const isClear = serverEnds(earlier).length === 0 || serverEnds(later).length === 1;
  return isClear && matches(later);
}
