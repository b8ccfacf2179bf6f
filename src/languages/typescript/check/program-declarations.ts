import { emitGlobals } from "../emit/globals.ts";
import { emitGuestLibrary } from "../emit/guest-library.ts";
import { type EmittedText, emitServerModuleInSteps } from "../emit/server-module.ts";
import type { Catalog } from "../../../catalog/catalog.ts";
import { SlicedWork } from "../../../base/sliced-work.ts";
import type { CatalogServer } from "../../../catalog/tool.ts";
import { mentionedServers, type Mentions } from "../../mentions.ts";
import { NO_SKILLS, type ReachedSkills } from "../../program.ts";
import { SKILLS_DECLARATION } from "../../skills/skill-module.ts";

/** Declarations a program is checked against. */
interface ProgramDeclarations {
  /** Text by virtual path. */
  readonly modules: ReadonlyMap<string, string>;
  /** Changes whenever the modules do. */
  readonly version: string;
}

/** More tools than these take too long to declare and to check; such programs go unchecked. */
export const MOST_DECLARED_TOOLS = 2_000;

/** Declarations kept: of programs about different servers, in turns. */
const MOST_KEPT = 8;

/** Declares what a program may touch: the servers it mentions and the built-in library. Keeps what it has emitted. */
export class DeclarationCache {
  readonly #texts = new WeakMap<CatalogServer, SlicedWork<EmittedText>>();
  readonly #library = emitGuestLibrary();
  #recent: readonly {
    readonly servers: readonly CatalogServer[];
    readonly skills: string;
    readonly declarations: ProgramDeclarations;
  }[] = [];
  #count = 0;

  /** The declarations for a program, made while other work goes on, or undefined when it touches more than {@link MOST_DECLARED_TOOLS} tools. */
  async for(
    mentions: Mentions,
    catalog: Catalog,
    reached: ReachedSkills = NO_SKILLS,
  ): Promise<ProgramDeclarations | undefined> {
    const skills = JSON.stringify([...reached.declarations]);
    const servers = mentionedServers(mentions, catalog, reached.tools);
    if (servers.reduce((sum, { tools }) => sum + tools.length, 0) > MOST_DECLARED_TOOLS) return undefined;
    const known = this.#recent.find((each) => each.skills === skills && sameItems(each.servers, servers));
    if (known !== undefined) return known.declarations;
    const texts = await Promise.all(servers.map((server) => this.#textOf(server)));
    this.#count += 1;
    const modules = new Map([
      ["codemode.d.ts", withoutGlobals(this.#library, servers)],
      ["globals.d.ts", emitGlobals(servers).text],
      ["generated/skills.ts", SKILLS_DECLARATION],
      ...reached.declarations,
      ...servers.map(({ identifier }, at) => [`generated/servers/${identifier}.ts`, texts[at] ?? ""] as const),
    ]);
    const declarations = { modules, version: String(this.#count) };
    this.#recent = [{ servers, skills, declarations }, ...this.#recent.slice(0, MOST_KEPT - 1)];
    return declarations;
  }

  async #textOf(server: CatalogServer): Promise<string> {
    const known = this.#texts.get(server);
    const work = known ?? new SlicedWork(() => emitServerModuleInSteps(server, { untyped: "any" }));
    this.#texts.set(server, work);
    return (await work.soon()).text;
  }
}

/** The library without the helpers that a server of the same name hides. */
function withoutGlobals(library: string, servers: readonly CatalogServer[]): string {
  const hidden = new Set(servers.map(({ identifier }) => identifier));
  return library.replace(/^declare const (\w+): .*$/gm, (line, name: string) => (hidden.has(name) ? "" : line));
}

function sameItems<Item>(left: readonly Item[], right: readonly Item[]): boolean {
  return left.length === right.length && left.every((item, index) => item === right[index]);
}
