import type { Catalog } from "../catalog/catalog.ts";
import type { EmbeddedSearch } from "../catalog/search/embedded-search.ts";
import { createToolCatalog } from "../catalog/create-tool-catalog.ts";
import type { GuestLanguage } from "../engines/engine.ts";
import type { Limits } from "../engines/limits.ts";
import type { NamespaceTables } from "../languages/namespace-tables.ts";
import type { Validator } from "../schema/validator.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import type { ArtifactStore } from "./artifacts/artifact-store.ts";
import { CallBudget } from "./decisions/call-budget.ts";
import type { DefinitionLock } from "./decisions/definition-lock.ts";
import { Decisions } from "./decisions/decisions.ts";
import type { ObservedTypes } from "./observed/observed-types.ts";
import type { Policy } from "./decisions/policy.ts";
import type { RunJournal } from "./journal/run-journal.ts";
import type { Run } from "./run.ts";
import { Parking } from "./decisions/parking.ts";
import { RunClock } from "./run-clock.ts";
import { callLimit } from "./run-errors.ts";
import { RunEvents } from "./run-events.ts";
import { RunRecord } from "./run-record.ts";
import type { LanguageRuntimes } from "./sessions/language-runtimes.ts";
import type { Skills } from "../skills/skills.ts";
import type { SkillPlaces } from "./skills/skill-places.ts";
import type { ToolRule } from "./skills/tool-rule.ts";

/** Everything the runs of one executor share. */
export interface RunHost {
  readonly registry: ToolRegistry;
  readonly runtimes: LanguageRuntimes;
  readonly skills: Skills;
  readonly skillPlaces: SkillPlaces;
  readonly namespaces: NamespaceTables;
  readonly validator: Validator;
  readonly policy: Policy;
  /** The definitions that tools are held to; undefined for none. */
  readonly lock?: DefinitionLock | undefined;
  /** Shapes of results that tools without an output schema have returned. */
  readonly observed: ObservedTypes;
  /** Search with the host's embedder; undefined without one. */
  readonly embedded?: EmbeddedSearch | undefined;
  readonly limits: (language: GuestLanguage) => Limits;
}

/** Settings of one run. */
export interface RunSettings {
  readonly language: GuestLanguage;
  /** Limits of this run. @default those of the language */
  readonly limits?: Limits;
  /** False for no time limit: what is waited for has limits of its own. @default true */
  readonly isTimed?: boolean;
  /** @default none */
  readonly events?: RunEvents;
  /** Store of artifacts. @default a store of its own */
  readonly artifacts?: ArtifactStore;
  /** Ends the run as `cancelled`; with the reason `CALLER_GONE` it is left to be gone on with, where that can be. */
  readonly signal?: AbortSignal | undefined;
  readonly journal?: RunJournal;
  /** Decides about the calls, beside the policy. @default nothing */
  readonly decisions?: Decisions;
}

/** Settings of a run on behalf of another. */
export interface ChildSettings {
  readonly language: GuestLanguage;
  /** Name of the skill that runs. */
  readonly skill: string;
  /** The request that it serves, as the journal names it. */
  readonly key: string;
  /** For a script of a folder skill: the tools it may call, and the server that publishes it. */
  readonly script?: { readonly rule: ToolRule; readonly server: string | undefined };
}

/** What is shown of the tools of a run to what it runs: to a script of a server nothing but those of that server. */
export function shownOf({ catalog, server: own }: Run, server: string | undefined): Catalog {
  if (server === undefined || server === own) return catalog;
  const found = catalog.server(server);
  return createToolCatalog(found?.tools ?? [], { servers: found === undefined ? [] : [found] });
}

/** What refuses tools to a run on behalf of another: that of the other one, and its own. */
export function rulesOf({ rules }: Run, { script }: ChildSettings): readonly ToolRule[] {
  return script === undefined ? rules : [...rules, script.rule];
}

/** Makes what a run and all on its behalf have in common. */
export function share(
  { isTimed = true, signal, events = new RunEvents("", []), journal, decisions }: RunSettings,
  limits: Limits,
): Pick<Run, "clock" | "budget" | "record" | "events" | "journal" | "parking" | "decisions"> {
  const clock = new RunClock(isTimed ? limits.timeMs : undefined, signal, () => parking.abandon());
  const budget: CallBudget = new CallBudget({ ...limits, onExhausted: () => clock.end(callLimit(budget)) });
  const record = new RunRecord(events, journal);
  const parking: Parking = new Parking(clock, record, journal);
  return { clock, budget, record, events, journal, parking, decisions: decisions ?? new Decisions({}) };
}
