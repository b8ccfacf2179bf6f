import type { Catalog } from "../../catalog/catalog.ts";
import { createToolCatalog } from "../../catalog/create-tool-catalog.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Skill } from "../../skills/shelves/disk/merge-skills.ts";
import {
  findResource,
  findScript,
  type SkillResource,
  toSkillResource,
} from "../../skills/shelves/disk/read-resource.ts";
import { MAX_CODE_BYTES, MAX_INSTRUCTIONS_BYTES } from "../../skills/shelves/disk/read-entry.ts";
import type { SkillSearchResult } from "../../skills/shelves/disk/search-skills.ts";
import { type BundleFile, type SkillBundle, toBundleFile } from "../../skills/shelves/disk/skill-bundle.ts";
import { SkillDirectory } from "../../skills/shelves/disk/skill-directory.ts";
import { missingSkill } from "../../skills/shelves/disk/skill-errors.ts";
import type {
  LoadedSkill,
  SkillChange,
  SkillDirectoryOptions,
  SkillDraft,
  SkillList,
  SkillListOptions,
  SkillMatch,
  SkillVersion,
} from "../../skills/shelves/disk/skill-options.ts";
import { parseSkillDocument } from "../../skills/format/front-matter.ts";
import type { SkillSupplier, SuppliedSkills } from "../../skills/shelves/server/skill-supplier.ts";
import {
  type SuppliedFolder,
  type SuppliedFolders,
  toSuppliedFolders,
} from "../../skills/shelves/server/supplied-folders.ts";
import type { SkillDependencies } from "../../skills/skill-graph.ts";
import { quoteName } from "../../skills/skill-name.ts";
import { skillToolDefinition } from "../../skills/skill-tools.ts";
import type { SkillProblem } from "../../skills/stored-skill.ts";
import { settleWithin } from "../../base/deadline.ts";

/** A look waits this long at most for servers that have not answered yet. */
const SERVER_WAIT_MS = 2_000;

/** What one needs of the skills in directories alone. */
export type OwnSkills = Pick<SkillDirectory, "list" | "get" | "dependencies" | "watch">;

interface CombinedView {
  readonly own: Catalog;
  readonly known: readonly SuppliedSkills[];
  readonly folders: SuppliedFolders;
  readonly catalog: Catalog;
}

/**
 * The skills of directories and, under the names `server/name`, those that MCP servers publish. The latter are folder
 * skills that nothing here changes. A server that is slow, silent or lies costs its own skills only, with the reason in
 * `problems`.
 */
export class CombinedSkills extends SkillDirectory {
  /** The directories alone; asks no server. */
  readonly own: OwnSkills = {
    list: (options) => super.list(options),
    get: (name) => super.get(name),
    dependencies: (name) => super.dependencies(name),
    watch: (listener) => super.watch(listener),
  };
  readonly #suppliers: () => readonly SkillSupplier[];
  readonly #waitedFor = new WeakSet<SkillSupplier>();
  #current: CombinedView | undefined;

  constructor(options: SkillDirectoryOptions, suppliers: () => readonly SkillSupplier[]) {
    super(options);
    this.#suppliers = suppliers;
  }

  override async list(options: SkillListOptions = {}): Promise<SkillList> {
    if (this.#suppliers().length === 0) return super.list(options);
    const { query, tags = [], limit, includeShadowed = false } = options;
    await this.#awaitServers();
    const own = await super.list({ includeShadowed });
    const { folders, catalog } = await this.#combine();
    const counting = own.skills.filter(({ shadowedBy }) => shadowedBy === undefined);
    const all = [...counting, ...[...folders.byName.values()].map(({ skill }) => skill)];
    const found = query === undefined ? all : rank(catalog, all, { query, limit: all.length });
    const skills = [...found, ...own.skills.filter(({ shadowedBy }) => shadowedBy !== undefined)].filter((skill) =>
      tags.every((tag) => skill.tags.includes(tag)),
    );
    const problems = [...own.problems, ...folders.problems, ...this.#unanswered()];
    return { skills: skills.slice(0, limit ?? skills.length), total: skills.length, problems };
  }

  override async search(query: string, limit = 10): Promise<SkillSearchResult> {
    const { folders, catalog } = await this.#combine();
    if (folders.byName.size === 0) return super.search(query, limit);
    const { skills } = await super.list();
    const all = [...skills, ...[...folders.byName.values()].map(({ skill }) => skill)];
    return { skills: rank(catalog, all, { query, limit }), total: catalog.search(query, { limit: 1 }).total };
  }

  override async catalog(): Promise<Catalog> {
    return (await this.#combine()).catalog;
  }

  override async get(name: string): Promise<LoadedSkill> {
    const folder = await this.#folder(name);
    if (folder === undefined) return super.get(name);
    const text = (await readFile(folder, "SKILL.md", MAX_INSTRUCTIONS_BYTES)).toString("utf8");
    return { ...folder.skill, instructions: parseSkillDocument(text).instructions };
  }

  override async readResource(name: string, resourceName: string): Promise<SkillResource> {
    const folder = await this.#folder(name);
    if (folder === undefined) return super.readResource(name, resourceName);
    const { path, bytes } = findResource(folder.skill, resourceName);
    return toSkillResource(path, await readFile(folder, path, bytes));
  }

  override async readScript(
    ...[name, script]: Parameters<SkillDirectory["readScript"]>
  ): ReturnType<SkillDirectory["readScript"]> {
    const folder = await this.#folder(name);
    if (folder === undefined) return super.readScript(name, script);
    const { path, language = "typescript" } = findScript(folder.skill, script);
    return { path, language, code: (await readFile(folder, path, MAX_CODE_BYTES)).toString("utf8") };
  }

  override async dependencies(name: string): Promise<SkillDependencies> {
    const folder = await this.#folder(name);
    return folder === undefined ? super.dependencies(name) : { skills: [], missing: [], depth: 0 };
  }

  override async export(name: string): Promise<SkillBundle> {
    const folder = await this.#folder(name);
    if (folder === undefined) return super.export(name);
    const { skill, supplied } = folder;
    const files: BundleFile[] = [];
    for (const { path, bytes } of supplied.files) files.push(toBundleFile(path, await readFile(folder, path, bytes)));
    const { hash, description, tags } = skill;
    return { format: "codemode-skill", name: supplied.name, kind: "folder", files, hash, description, tags };
  }

  override async versions(name: string): Promise<readonly SkillVersion[]> {
    return (await this.#folder(name)) === undefined ? super.versions(name) : [];
  }

  override async create(draft: SkillDraft): Promise<Skill> {
    this.#assertOwn(draft.name);
    return super.create(draft);
  }

  override async save(draft: SkillDraft): Promise<Skill> {
    this.#assertOwn(draft.name);
    return super.save(draft);
  }

  override async update(name: string, change: SkillChange): Promise<Skill> {
    this.#assertOwn(name);
    return super.update(name, change);
  }

  override async delete(...[name, options]: Parameters<SkillDirectory["delete"]>): Promise<void> {
    this.#assertOwn(name);
    return super.delete(name, options);
  }

  override async restore(name: string, version: number): Promise<Skill> {
    this.#assertOwn(name);
    return super.restore(name, version);
  }

  /** See `mayRun` of the library. */
  async mayRun(name: string): Promise<boolean> {
    const folder = await this.#folder(name);
    return folder === undefined || folder.supplier.mayRun(folder.supplied);
  }

  /** The server's skill of that name; undefined for a name that no server's skill can have. */
  async #folder(name: string): Promise<SuppliedFolder | undefined> {
    const supplier = this.#supplierOf(name);
    if (supplier === undefined) return undefined;
    const { status } = await supplier.settled();
    const rest = name.slice(supplier.name.length + 1);
    const uri = rest.includes("://") ? (await supplier.find(rest))?.uri : undefined;
    const { folders, catalog } = await this.#combine();
    const byUri = [...folders.byName.values()].find((each) => each.supplier === supplier && each.supplied.uri === uri);
    const folder = folders.byName.get(name) ?? byUri;
    if (folder !== undefined) return folder;
    const last = name.slice(name.lastIndexOf("/"));
    const problem = folders.problems.find(
      ({ path }) => path.startsWith(`${supplier.name} `) && path.endsWith(`${last}/SKILL.md`),
    );
    const known = catalog.tools.map(({ toolName }) => toolName);
    const unreachable = status === "failed" ? `Its server "${supplier.name}" cannot be reached.` : undefined;
    throw missingSkill(name, known, problem === undefined ? unreachable : `It was set aside: ${problem.reason}`);
  }

  #supplierOf(name: unknown): SkillSupplier | undefined {
    if (typeof name !== "string") return undefined;
    return this.#suppliers().find((supplier) => name.startsWith(`${supplier.name}/`));
  }

  #assertOwn(name: unknown): void {
    const supplier = this.#supplierOf(name);
    if (supplier === undefined) return;
    throw new CodemodeError("policy_denied", `${quoteName(name)} belongs to the server "${supplier.name}".`, {
      hint: "Skills of servers cannot be changed here; save one under a name of your own, without a slash.",
    });
  }

  async #combine(): Promise<CombinedView> {
    const own = await super.catalog();
    const suppliers = this.#suppliers();
    const known = suppliers.map((supplier) => supplier.known());
    const { own: before, known: knownBefore = [] } = this.#current ?? {};
    const isSame =
      before === own && known.length === knownBefore.length && known.every((each, i) => each === knownBefore[i]);
    if (this.#current !== undefined && isSame) return this.#current;
    const folders = toSuppliedFolders(suppliers);
    const supplied = [...folders.byName.values()].map(({ skill }) => skillToolDefinition(skill));
    const catalog = supplied.length === 0 ? own : createToolCatalog([...own.tools, ...supplied]);
    return (this.#current = { own, known, folders, catalog });
  }

  /** Each server is waited for once, so that a silent one delays one look and not every one. */
  async #awaitServers(): Promise<void> {
    const fresh = this.#suppliers().filter(
      (supplier) => supplier.known().status === "waiting" && !this.#waitedFor.has(supplier),
    );
    if (fresh.length === 0) return;
    await settleWithin(Promise.allSettled(fresh.map((supplier) => supplier.settled())), SERVER_WAIT_MS);
    for (const supplier of fresh) this.#waitedFor.add(supplier);
  }

  #unanswered(): SkillProblem[] {
    return this.#suppliers().flatMap((supplier): SkillProblem[] =>
      supplier.known().status === "waiting"
        ? [{ path: supplier.name, reason: "The server has not answered yet; it may have skills." }]
        : [],
    );
  }
}

function rank(
  catalog: Catalog,
  skills: readonly Skill[],
  { query, limit }: { readonly query: string; readonly limit: number },
): SkillMatch[] {
  const byName = new Map(skills.map((skill) => [skill.name, skill]));
  return catalog.search(query, { limit }).tools.flatMap(({ toolName, score }): SkillMatch[] => {
    const skill = byName.get(toolName);
    return skill === undefined ? [] : [{ ...skill, score }];
  });
}

/** Looks at the size the server tells before it asks for the file. */
async function readFile(
  { skill, supplied, supplier }: SuppliedFolder,
  path: string,
  maxBytes: number,
): Promise<Buffer> {
  const bytes = supplied.files.find((file) => file.path === path)?.bytes ?? 0;
  if (bytes <= maxBytes) return supplier.read(supplied, path);
  throw new CodemodeError(
    "code_too_large",
    `${path} of the skill ${quoteName(skill.name)} has ${bytes} bytes, ${maxBytes} are allowed.`,
  );
}
