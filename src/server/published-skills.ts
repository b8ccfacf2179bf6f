import {
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  type ReadResourceResult,
  type Resource,
} from "@modelcontextprotocol/server";
import {
  type Skill as SkillEntry,
  SkillCatalogError,
  type SkillReadResult,
  SkillsExtension,
} from "@modelcontextprotocol/server/ext/skills";
import { defined } from "../base/defined.ts";
import type { Skill } from "../skills/skill.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { Skills } from "../skills/skills.ts";
import { publishedName } from "../skills/publish/skill-document.ts";
import { canonicalUri } from "./canonical-uri.ts";
import type { SkillFolder } from "./skill-folder.ts";

const PAGE_SIZE = 50;
/** `skills/list` has all skills, in pages; the list of resources, which has none, names this many. */
const LISTED_RESOURCES = 1_000;

interface KnownFolder {
  readonly hash: string;
  /** Skills to publish; absent where the specification of skills forbids it. */
  readonly folder?: SkillFolder;
}

/**
 * The saved skills as the skills extension of MCP publishes them, read-only: folder skills unchanged, code skills as
 * folders with a `SKILL.md` of their own. Serves any number of servers; clients see the skills that are saved now.
 */
export class PublishedSkills {
  readonly #open: () => Promise<Skills>;
  readonly #report: (line: string) => void;
  readonly #extension: SkillsExtension;
  readonly #known = new Map<string, KnownFolder>();
  readonly #listeners = new Set<() => void>();
  #watching: (() => void) | undefined;
  #isClosed = false;
  #listing = "";

  /** @param report hears why a skill is not published */
  constructor(open: () => Promise<Skills>, report: (line: string) => void) {
    this.#open = open;
    this.#report = report;
    this.#extension = new SkillsExtension({
      source: {
        list: ({ cursor }) => this.#page(cursor),
        get: async (uri) => this.#entryAt(uri),
        read: (uri) => this.#read(uri),
        readDirectory: async (uri) => {
          const resources = (await this.#folderAt(uri))?.readDirectory(uri);
          return resources === undefined ? undefined : { resources };
        },
        listResources: () => this.#resources(),
      },
      onWarning: ({ path, message }) => report(`The skill at ${path} is not published: ${message}`),
    });
  }

  /** Publishes on a server that is not connected yet. */
  attach(server: McpServer): void {
    this.#extension.attach(server);
  }

  /** The documents of the skills as resources. */
  listed(): Promise<Resource[]> {
    return this.#resources();
  }

  /** Contents of a file of a skill, as `resources/read` has it; undefined for a URI of none. */
  async contents(uri: string): Promise<ReadResourceResult["contents"][number] | undefined> {
    const file = await this.#read(uri);
    if (file === undefined) return undefined;
    const body = "text" in file ? { text: file.text } : { blob: Buffer.from(file.bytes).toString("base64") };
    return { uri, ...defined({ mimeType: file.mimeType }), ...body };
  }

  /** Calls back when skills came, went or are described differently, from the first list on; returns the way to stop. */
  onListChange(listener: () => void): () => void {
    const own = (): void => listener();
    this.#listeners.add(own);
    return () => this.#listeners.delete(own);
  }

  /** Stops looking for changes. */
  close(): void {
    this.#isClosed = true;
    this.#watching?.();
    this.#listeners.clear();
  }

  async #page(cursor: string | undefined): Promise<{ skills: SkillEntry[]; nextCursor?: string }> {
    if (cursor !== undefined && !/^[a-z0-9-]{1,64}$/.test(cursor))
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, "The cursor is not one of ours.");
    const all = await this.#skills();
    const rest = cursor === undefined ? all : all.filter(({ name }) => publishedName(name) > cursor);
    const page = rest.slice(0, PAGE_SIZE);
    const folders = await this.#folders(page);
    const last = page.at(-1);
    const skills = folders.map(({ entry }) => entry);
    return last === undefined || page.length === rest.length
      ? { skills }
      : { skills, nextCursor: publishedName(last.name) };
  }

  async #resources(): Promise<Resource[]> {
    const folders = await this.#folders((await this.#skills()).slice(0, LISTED_RESOURCES));
    return folders.map(({ resource }) => resource);
  }

  async #entryAt(uri: string): Promise<SkillEntry | undefined> {
    const entry = (await this.#folderAt(uri))?.entry;
    return entry !== undefined && canonicalUri(entry.uri) === canonicalUri(uri) ? entry : undefined;
  }

  async #read(uri: string): Promise<SkillReadResult | undefined> {
    return (await this.#folderAt(uri))?.readFile(uri);
  }

  /** The skill a URI belongs to, by the name in it. */
  async #folderAt(uri: string): Promise<SkillFolder | undefined> {
    const name = /^skill:\/\/([a-z0-9-]{1,64})(?:\/|$)/.exec(canonicalUri(uri))?.[1];
    if (name === undefined) return undefined;
    const directory = await this.#open();
    const skill = await directory.get(name).catch((error: unknown) => {
      if (CodemodeError.is(error) && error.code === "unknown_tool") return undefined;
      throw error;
    });
    return skill === undefined || publishedName(skill.name) !== name ? undefined : this.#folder(skill);
  }

  async #folders(skills: readonly Skill[]): Promise<SkillFolder[]> {
    const folders: SkillFolder[] = [];
    for (const skill of skills) {
      const folder = await this.#folder(skill);
      if (folder !== undefined) folders.push(folder);
    }
    return folders;
  }

  async #folder(skill: Skill): Promise<SkillFolder | undefined> {
    const known = this.#known.get(skill.path);
    if (known?.hash === skill.hash) return known.folder;
    try {
      // What reads skills is heavy, and a server answers its first request without it.
      const { SkillFolder: Folder } = await import("./skill-folder.ts");
      const folder = await Folder.read(skill);
      this.#known.set(skill.path, { hash: skill.hash, folder });
      return folder;
    } catch (error) {
      this.#report(`The skill ${skill.name} is not published: ${reasonOf(error)}.`);
      // What could not be read just now may be readable in a moment.
      if (SkillCatalogError.isInstance(error)) this.#known.set(skill.path, { hash: skill.hash });
      return undefined;
    }
  }

  /** All skills, in the order of their published names. */
  async #skills(): Promise<readonly Skill[]> {
    const directory = await this.#open();
    if (this.#watching === undefined && !this.#isClosed) {
      this.#watching = directory.watch(() => void this.#compare(directory).catch(() => {}));
    }
    const { skills } = await directory.list({ includeServers: false });
    const listed = sortedByName(skills);
    const paths = new Set(listed.map(({ path }) => path));
    for (const path of this.#known.keys()) if (!paths.has(path)) this.#known.delete(path);
    if (this.#listing === "") this.#listing = listingOf(listed);
    return listed;
  }

  async #compare(directory: Skills): Promise<void> {
    const listing = listingOf(sortedByName((await directory.list({ includeServers: false })).skills));
    if (listing === this.#listing) return;
    this.#listing = listing;
    for (const listener of this.#listeners) listener();
  }
}

function reasonOf(error: unknown): string {
  if (SkillCatalogError.isInstance(error)) return error.problems.map(({ message }) => message).join("; ");
  return error instanceof Error ? error.message : String(error);
}

function sortedByName(skills: readonly Skill[]): readonly Skill[] {
  const names = skills.map((skill) => ({ skill, name: publishedName(skill.name) }));
  return names.sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ skill }) => skill);
}

function listingOf(skills: readonly Skill[]): string {
  return JSON.stringify(skills.map(({ name, description }) => [name, description]));
}
