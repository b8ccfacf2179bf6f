import { stemmer } from "stemmer";
import type { ToolEntry } from "../tool.ts";
import { splitTerms } from "./split-terms.ts";

/** What a call of a tool does, as far as its name says; the place of each is its number. */
const EFFECTS = ["unknown", "reads", "writes", "removes"] as const;

type Effect = (typeof EFFECTS)[number];

/** Verbs in the names of tools and in requests. */
const VERBS: Readonly<Record<Exclude<Effect, "unknown">, string>> = {
  reads: `get list read search find show view fetch query describe lookup retrieve check count inspect browse analyze
    analyse compare explain summarize preview download see look tell display print scan validate verify`,
  writes: `create add write update edit set insert append put post send save store remember upload make new open start
    run execute move rename copy change modify replace merge push commit submit publish upsert patch assign fill click
    type book reserve schedule invite reply accept approve generate draw build convert record log attach connect link
    install enable register buy pay order transfer share fork clone import apply deploy remind`,
  removes: `delete remove drop clear destroy purge erase wipe forget discard trash uninstall cancel terminate kill stop
    abort revoke reset unsubscribe unlink detach disconnect disable close revert undo rollback archive reject decline deny
    block ban kick end quit shut cut strip clean empty unset unstage unsend prune evict dismiss retract withdraw
    unpublish unassign untag unfollow leave rid scrap throw lose eliminate expire off release`,
};

const verbs = new Map<string, Effect>();
for (const effect of ["removes", "writes", "reads"] as const)
  for (const verb of VERBS[effect].split(/\s+/)) verbs.set(stemmer(verb), effect);

/** Words with which a question begins. */
const ASKING = new Set("what which who whom whose when where why how is are was were does did has have can".split(" "));

/** Deviations by which a tool that says of itself that it is deprecated stands behind. */
const DEPRECATED = 1.5;

/** Deviations by which tools stand behind that do something else than a request asks for, as its verbs say. */
const BEHIND: Readonly<Record<Effect, Partial<Record<Effect, number>>>> = {
  unknown: { writes: 0.5, removes: 1.5 },
  reads: { writes: 0.25, removes: 1.5 },
  writes: { reads: 0.5, removes: 1.5 },
  removes: {},
};

/** What a description says of its tool, and does not merely speak of something deprecated. */
const IS_DEPRECATED =
  /(?:^|[.!?]\s+|[[(*]|\n[^\S\n]*)deprecated\b\s*(?:[\])*:.,;!\u2013\u2014-]|use\b|in favou?r|since|$)|\b(?:is|are) (?:now )?deprecated\b/i;

/**
 * What is to be known of a tool beside its words, in a byte for {@link standingBehind}.
 * @param effect what the first verb of its name does, by {@link effectOfVerb}; where there is none, a server may still say that the tool only reads
 */
export function traitsOf(
  { description, annotations }: Pick<ToolEntry, "description" | "annotations">,
  effect: number,
): number {
  // Nearly every description does without the word, and that is seen at once.
  const isDeprecated = /deprecated/i.test(description) && IS_DEPRECATED.test(description);
  const own = effect === 0 && annotations?.readOnlyHint === true ? EFFECTS.indexOf("reads") : effect;
  return own * 2 + (isDeprecated ? 1 : 0);
}

/** What a call of a tool does, as far as the first verb of its name says or, where there is none, its server. */
export function effectOf(tool: Pick<ToolEntry, "toolName" | "annotations">): Effect {
  const verb =
    splitTerms(tool.toolName)
      .map(effectOfVerb)
      .find((effect) => effect > 0) ?? 0;
  return verb === 0 && tool.annotations?.readOnlyHint === true ? "reads" : (EFFECTS[verb] ?? "unknown");
}

/** What a word of a tool's name does, as a number; 0 for a word that is no such verb. */
export function effectOfVerb(word: string): number {
  return EFFECTS.indexOf(verbs.get(stemmer(word)) ?? "unknown");
}

/**
 * Deviations by which tools stand behind for a request, by their traits: of tools that fit nearly as well those that read come
 * before those that write, and those that remove come last, unless a verb asks for it.
 * @param words the words of the request, in their order
 */
export function standingBehind(words: readonly string[]): readonly number[] {
  const behind = BEHIND[effectAskedFor(words)];
  return EFFECTS.flatMap((effect) => [behind[effect] ?? 0, (behind[effect] ?? 0) + DEPRECATED]);
}

function effectAskedFor(words: readonly string[]): Effect {
  const said = new Set(words.map((word) => verbs.get(stemmer(word))));
  if (said.has("removes")) return "removes";
  if (ASKING.has(words[0] ?? "")) return "reads";
  return said.has("writes") ? "writes" : said.has("reads") ? "reads" : "unknown";
}
