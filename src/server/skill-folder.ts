import type { Resource } from "@modelcontextprotocol/server";
import {
  DIRECTORY_MIME_TYPE,
  type Skill as SkillEntry,
  skillEntry,
  type SkillReadResult,
} from "@modelcontextprotocol/server/ext/skills";
import type { Skill } from "../skills/skill.ts";
import { textOfBytes } from "../skills/shelves/files/plain-files.ts";
import { mimeTypeOf } from "../skills/shelves/find-file.ts";
import { publishedPaths, readPublishedFile } from "../skills/publish/published-files.ts";
import { publishedName } from "../skills/publish/skill-document.ts";
import { canonicalUri } from "./canonical-uri.ts";

interface PublishedFile {
  readonly path: string;
  readonly uri: string;
  readonly bytes: number;
  readonly mimeType: string;
}

/** One skill as the skills extension publishes it: its entry with digests, and its files by URI. */
export class SkillFolder {
  /** Description for clients, `SKILL.md` included in its files. */
  readonly entry: SkillEntry;
  readonly #skill: Skill;
  readonly #files: ReadonlyMap<string, PublishedFile>;

  private constructor(skill: Skill, entry: SkillEntry, files: readonly PublishedFile[]) {
    this.#skill = skill;
    this.entry = entry;
    this.#files = new Map(files.map((file) => [canonicalUri(file.uri), file]));
  }

  /** Reads all files of a skill once. Throws for one that the Agent Skills specification does not allow to be published. */
  static async read(skill: Skill): Promise<SkillFolder> {
    const contents: Record<string, Uint8Array> = {};
    const isText = new Map<string, boolean>();
    for (const path of publishedPaths(skill)) {
      const bytes = await readPublishedFile(skill, path);
      contents[path] = bytes;
      isText.set(path, textOfBytes(bytes) !== undefined);
    }
    const entry = await skillEntry(publishedName(skill.name), contents);
    const root = rootOf(entry);
    const files = (entry.resources === "dynamic" ? [] : entry.resources).map(({ uri, size }): PublishedFile => {
      const path = uri
        .slice(root.length + 1)
        .split("/")
        .map(decodeURIComponent)
        .join("/");
      return { path, uri, bytes: size, mimeType: mimeTypeOf(path, isText.get(path) ?? false) };
    });
    return new SkillFolder(skill, entry, files);
  }

  /** Its `SKILL.md` for the list of resources. */
  get resource(): Resource {
    const { uri, frontmatter } = this.entry;
    const size = this.#files.get(canonicalUri(uri))?.bytes ?? 0;
    return { uri, name: frontmatter.name, description: frontmatter.description, mimeType: "text/markdown", size };
  }

  /** Current contents of a file; undefined for a URI of no file of this folder. */
  async readFile(uri: string): Promise<SkillReadResult | undefined> {
    const file = this.#files.get(canonicalUri(uri));
    if (file === undefined) return undefined;
    const bytes = await readPublishedFile(this.#skill, file.path);
    const text = textOfBytes(bytes);
    return { ...(text === undefined ? { bytes } : { text }), mimeType: file.mimeType };
  }

  /** The direct children of a directory; undefined for a URI that is none of its directories. */
  readDirectory(uri: string): Resource[] | undefined {
    const start = `${canonicalUri(uri)}/`;
    const children = new Map<string, Resource>();
    for (const [canonical, { bytes, mimeType }] of this.#files) {
      if (!canonical.startsWith(start)) continue;
      const [segment = "", ...deeper] = canonical.slice(start.length).split("/");
      const name = decodeURIComponent(segment);
      const child = { uri: `${start}${segment}`, name };
      if (deeper.length > 0) children.set(segment, { ...child, mimeType: DIRECTORY_MIME_TYPE });
      else children.set(segment, { ...child, mimeType, size: bytes });
    }
    return children.size === 0 || !start.startsWith(`${rootOf(this.entry)}/`) ? undefined : [...children.values()];
  }
}

function rootOf({ uri }: SkillEntry): string {
  return uri.slice(0, -"/SKILL.md".length);
}
