import { defined } from "../base/defined.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { hash } from "node:crypto";
import { hashDefinition } from "../catalog/catalog-version.ts";
import type { KnownServers } from "../catalog/gather-servers.ts";
import { createNextCatalog, type ServerDetails } from "../catalog/create-tool-catalog.ts";
import { SearchMemory } from "../catalog/search/index/search-memory.ts";
import type { SourceSnapshot, ToolSource } from "./source.ts";

type Described = readonly [source: ToolSource, snapshot: SourceSnapshot];

/** Keeps the catalog of some sources, and makes a new one only after what they list has changed. */
export class CatalogCache {
  readonly #isWhole: boolean;
  readonly #memory: SearchMemory;
  readonly #known: KnownServers = new Map();
  #catalog: Catalog | undefined;
  #of: readonly Described[] = [];

  /**
   * @param isWhole false leaves the tools out that programs may not call
   * @param indexFile where the search index of many tools is kept for the next start
   */
  constructor(isWhole: boolean, indexFile?: string) {
    this.#isWhole = isWhole;
    this.#memory = new SearchMemory(indexFile);
  }

  /** The catalog of what the sources list now; the same object while that is the same. */
  get(sources: Iterable<ToolSource>): Catalog {
    const described = [...sources].map((source): Described => [source, this.#shown(source)]);
    if (this.#catalog === undefined || !sameListing(described, this.#of)) {
      this.#of = described;
      this.#catalog = createNextCatalog(
        described.flatMap(([, { tools }]) => tools),
        { servers: described.map(toServer) },
        {
          memory: this.#memory,
          known: this.#known,
          digests: () => new Map(described.map(([{ name }, snapshot]) => [name, digestOf(snapshot)])),
        },
      );
    }
    return this.#catalog;
  }

  /** Resolves when nothing is being written any more. */
  close(): Promise<void> {
    return this.#memory.written();
  }

  #shown(source: ToolSource): SourceSnapshot {
    const snapshot = source.snapshot();
    return this.#isWhole || source.exposure !== "direct" ? snapshot : withoutTools(source, snapshot);
  }
}

/** What identifies the tools of a source, in one piece where the source knows it. */
function digestOf({ digest, description = "", tools }: SourceSnapshot): string {
  const parts =
    digest === undefined ? tools.map((tool) => hashDefinition(tool)) : [digest, ...tools.map(({ name }) => name)];
  return hash("sha256", JSON.stringify([description, ...parts]));
}

const hidden = new WeakMap<ToolSource, SourceSnapshot>();

/** A source as programs see it whose tools are called one by one only: the same object each time. */
function withoutTools(source: ToolSource, { warnings }: SourceSnapshot): SourceSnapshot {
  const known = hidden.get(source);
  if (known !== undefined) return known;
  const error = `its tools are not for programs (exposure "direct"): call them by themselves, as ${source.name}__TOOL.`;
  const snapshot: SourceSnapshot = { status: "failed", tools: [], error, warnings };
  hidden.set(source, snapshot);
  return snapshot;
}

function sameListing(now: readonly Described[], before: readonly Described[]): boolean {
  return (
    now.length === before.length &&
    now.every(([source, snapshot], index) => {
      const [oldSource, old] = before[index] ?? [];
      return (
        source === oldSource &&
        snapshot.tools === old?.tools &&
        snapshot.description === old.description &&
        snapshot.instructions === old.instructions &&
        absenceOf(snapshot) === absenceOf(old)
      );
    })
  );
}

function toServer([{ name }, snapshot]: Described): ServerDetails {
  const { description, instructions } = snapshot;
  const unavailable = absenceOf(snapshot);
  return {
    name,
    ...defined({ description, instructions, unavailable }),
    ...(snapshot.status === "needs_login" ? { needsLogin: true } : {}),
  };
}

/** Why a source has no tools to offer; undefined while it has some or may yet have. */
function absenceOf({ status, tools, error }: SourceSnapshot): string | undefined {
  if (tools.length > 0) return undefined;
  if (status === "disabled") return "it is disabled in the configuration.";
  return status === "failed" || status === "needs_login" ? (error ?? "it failed.") : undefined;
}
