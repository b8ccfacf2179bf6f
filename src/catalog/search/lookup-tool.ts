import { stemmer } from "stemmer";
import { isSchemaObject } from "../../schema/json-schema.ts";
import type { ToolEntry } from "../tool.ts";
import { splitTerms } from "./split-terms.ts";
import { effectOf, effectOfVerb } from "./traits.ts";

/** Tools of a server that is looked through. */
const MOST_TOOLS = 200;

/** What a tool is about, as its name says. */
interface LookupFacts {
  readonly isLookup: boolean;
  readonly changes: boolean;
  /** Stems of the words of its name that are no verbs. */
  readonly nouns: ReadonlySet<string>;
  readonly required: ReadonlySet<string>;
}

const known = new WeakMap<ToolEntry, LookupFacts>();

/**
 * The tool of the same server that finds what a tool creates, changes or removes, by the nouns in their names: who deletes an
 * event has to know which. One that itself wants what the tool is to be given, an id as a rule, stands behind. Undefined for
 * a tool that changes nothing, and where there is none.
 */
export function lookupTool(entry: ToolEntry, siblings: readonly ToolEntry[]): ToolEntry | undefined {
  const own = factsOf(entry);
  if (!own.changes || own.nouns.size === 0 || siblings.length > MOST_TOOLS) return undefined;
  let best: ToolEntry | undefined;
  let most = 0;
  for (const tool of siblings) {
    const fit = fitOf(factsOf(tool), own);
    if (fit <= most) continue;
    best = tool;
    most = fit;
  }
  return best;
}

/** Share of the nouns that two tools have in common, less one for each input that both want. */
function fitOf(lookup: LookupFacts, { nouns, required }: LookupFacts): number {
  if (!lookup.isLookup) return 0;
  const shared = countShared(lookup.nouns, nouns);
  return shared / (lookup.nouns.size + nouns.size - shared || 1) - countShared(lookup.required, required);
}

function countShared(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  let count = 0;
  for (const word of left) if (right.has(word)) count += 1;
  return count;
}

function factsOf(entry: ToolEntry): LookupFacts {
  const before = known.get(entry);
  if (before !== undefined) return before;
  const effect = effectOf(entry);
  const facts: LookupFacts = {
    isLookup: effect === "reads",
    changes: effect === "writes" || effect === "removes",
    nouns: nounsOf(entry),
    required: requiredOf(entry),
  };
  known.set(entry, facts);
  return facts;
}

/** A name of the server in front of every tool says nothing; where it is all that is said, it is what they are about. */
function nounsOf({ toolName, serverName }: ToolEntry): ReadonlySet<string> {
  const nouns = splitTerms(toolName).filter((word) => /^\D{2,}$/.test(word) && effectOfVerb(word) === 0);
  const ofServer = new Set(splitTerms(serverName).map(stemmer));
  const stems = nouns.map(stemmer);
  const own = stems.filter((stem) => !ofServer.has(stem));
  return new Set(own.length > 0 ? own : stems);
}

function requiredOf({ inputSchema }: ToolEntry): ReadonlySet<string> {
  const required: unknown = isSchemaObject(inputSchema) ? inputSchema.required : [];
  return new Set(Array.isArray(required) ? required.filter((name) => typeof name === "string") : []);
}
