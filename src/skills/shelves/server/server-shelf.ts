import { compareCodePoints } from "../../../base/code-point-order.ts";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { toFolderFacts } from "../../format/folder-facts.ts";
import { readFields } from "../../format/front-matter.ts";
import type { FolderSkill, Skill, SkillProblem } from "../../skill.ts";
import { quoteName } from "../../skill-name.ts";
import { setAside, type Shelf, type ShelfContents } from "../shelf.ts";
import { hashOfFolder } from "../skill-bundle.ts";
import type { SkillSupplier, SuppliedSkill, SuppliedSkills } from "./skill-supplier.ts";

/** Part of the path of a skill that may become part of its name. */
const SEGMENT = /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/;

const UNANSWERED = "The server has not answered yet; it may have skills.";

/**
 * The skills that one MCP server publishes, named `server/name`, where `server` is what the host calls it. Skills that
 * share a name are distinguished by their whole paths: `server/path/name`. So no skill of a server ever has the name of
 * one in a directory, nor that of another server's.
 */
export class ServerShelf implements Shelf {
  readonly #supplier: SkillSupplier;
  readonly #supplied = new Map<string, SuppliedSkill>();
  #known: SuppliedSkills | undefined;
  #contents: ShelfContents = { skills: [], problems: [] };

  constructor(supplier: SkillSupplier) {
    this.#supplier = supplier;
  }

  async list(): Promise<ShelfContents> {
    return this.#look();
  }

  async find(name: string): Promise<Skill | SkillProblem | undefined> {
    const server = this.#supplier.name;
    const { status } = await this.#supplier.settled();
    const rest = name.slice(server.length + 1);
    const uri = rest.includes("://") ? (await this.#supplier.find(rest))?.uri : undefined;
    const { skills, problems } = this.#look();
    const skill = skills.find((each) => each.name === name || each.path === uri);
    if (skill !== undefined) return skill;
    const last = name.slice(name.lastIndexOf("/"));
    const problem = problems.find(({ path }) => path.startsWith(`${server} `) && path.endsWith(`${last}/SKILL.md`));
    if (problem !== undefined) return setAside(problem);
    if (status !== "failed") return undefined;
    return { path: server, reason: `Its server "${server}" cannot be reached.` };
  }

  /** Looks at the size the server lists before it asks for the file. */
  async read(skill: Skill, path: string, maxBytes: number): Promise<Buffer> {
    const supplied = this.#suppliedOf(skill);
    const bytes = supplied.files.find((file) => file.path === path)?.bytes ?? 0;
    if (bytes <= maxBytes) return this.#supplier.read(supplied, path);
    throw new CodemodeError(
      "code_too_large",
      `${path} of the skill ${quoteName(skill.name)} has ${bytes} bytes, ${maxBytes} are allowed.`,
    );
  }

  mayRun(skill: Skill): boolean {
    return this.#supplier.mayRun(this.#suppliedOf(skill));
  }

  #suppliedOf({ name }: Skill): SuppliedSkill {
    const supplied = this.#supplied.get(name);
    if (supplied !== undefined) return supplied;
    const message = `The server "${this.#supplier.name}" does not publish the skill ${quoteName(name)} any more.`;
    throw new CodemodeError("unknown_tool", message, { hint: "List the skills to see their names." });
  }

  #look(): ShelfContents {
    const known = this.#supplier.known();
    if (known === this.#known) return this.#contents;
    this.#known = known;
    this.#supplied.clear();
    const skills: Skill[] = [];
    const problems = [...known.problems];
    if (known.status === "waiting") problems.push({ path: this.#supplier.name, reason: UNANSWERED });
    const counts = countNames(known);
    const named = known.skills.map((supplied) => ({ supplied, name: nameOf(supplied, counts) }));
    for (const { supplied, name } of named.sort((a, b) => compareCodePoints(a.name ?? "", b.name ?? ""))) {
      if (name === undefined || this.#supplied.has(name)) {
        const reason = `Another skill is called ${name ?? supplied.name} already.`;
        problems.push({ path: `${supplied.server} ${supplied.uri}`, reason });
        continue;
      }
      this.#supplied.set(name, supplied);
      skills.push(toSkill(name, supplied));
    }
    return (this.#contents = { skills, problems });
  }
}

function countNames({ skills }: SuppliedSkills): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name } of skills) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function nameOf(supplied: SuppliedSkill, counts: ReadonlyMap<string, number>): string | undefined {
  return (counts.get(supplied.name) ?? 0) > 1 ? longName(supplied) : `${supplied.server}/${supplied.name}`;
}

function longName({ server, uri }: SuppliedSkill): string | undefined {
  const segments = uri
    .replace(/^[^:]*:\/\//, "")
    .split("/")
    .slice(0, -1);
  return segments.every((segment) => SEGMENT.test(segment)) ? `${server}/${segments.join("/")}` : undefined;
}

function toSkill(name: string, supplied: SuppliedSkill): FolderSkill {
  const { server, uri, fields, files } = supplied;
  return {
    ...toFolderFacts(supplied.name, { frontMatter: readFields(fields), instructions: "" }, files),
    kind: "folder",
    name,
    identifier: name.replace(/[^A-Za-z0-9]/g, "_"),
    fileName: supplied.name,
    hash: hashOfFolder(files.map(({ path, sha256 }) => ({ path, hash: sha256 }))),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    provenance: { kind: "server", name: server, uri },
    changedOutside: false,
    directory: `server ${server}`,
    path: uri,
    readOnly: true,
  };
}
