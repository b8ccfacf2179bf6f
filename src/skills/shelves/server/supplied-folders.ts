import { compareCodePoints } from "../../../base/code-point-order.ts";
import { hashOfFolder } from "../disk/skill-bundle.ts";
import type { Skill } from "../disk/merge-skills.ts";
import { toFolderFacts } from "../../format/folder-facts.ts";
import { readFields } from "../../format/front-matter.ts";
import type { SkillProblem } from "../../stored-skill.ts";
import type { SkillSupplier, SuppliedSkill, SuppliedSkills } from "./skill-supplier.ts";

/** A skill of a server as a folder skill, and where it comes from. */
export interface SuppliedFolder {
  readonly skill: Extract<Skill, { kind: "folder" }>;
  readonly supplied: SuppliedSkill;
  readonly supplier: SkillSupplier;
}

/** The skills of some servers by name, with what was set aside. */
export interface SuppliedFolders {
  readonly byName: ReadonlyMap<string, SuppliedFolder>;
  readonly problems: readonly SkillProblem[];
}

/** Servers do not tell when a skill was written. */
const UNKNOWN_TIME: string = new Date(0).toISOString();

/** Part of the path of a skill that may become part of its name. */
const SEGMENT = /^[a-z0-9]+(?:[-_.][a-z0-9]+)*$/;

/**
 * The skills of servers as folder skills that are named `server/name`, where `server` is what the host calls it. Skills
 * of one server that share a name are told apart by their whole paths: `server/path/name`. So no skill of a server ever
 * has the name of one in a directory, nor that of another server's.
 */
export function toSuppliedFolders(suppliers: readonly SkillSupplier[]): SuppliedFolders {
  const byName = new Map<string, SuppliedFolder>();
  const problems: SkillProblem[] = [];
  for (const supplier of suppliers) {
    const known = supplier.known();
    problems.push(...known.problems);
    const counts = countNames(known);
    const named = known.skills.map((supplied) => ({ supplied, name: nameOf(supplied, counts) }));
    for (const { supplied, name } of named.sort((a, b) => compareCodePoints(a.name ?? "", b.name ?? ""))) {
      if (name === undefined || byName.has(name)) {
        problems.push({
          path: `${supplied.server} ${supplied.uri}`,
          reason: `Another skill is called ${name ?? supplied.name} already.`,
        });
      } else byName.set(name, { skill: toSkill(name, supplied), supplied, supplier });
    }
  }
  return { byName, problems };
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

function toSkill(name: string, supplied: SuppliedSkill): SuppliedFolder["skill"] {
  const { server, uri, fields, files } = supplied;
  const facts = toFolderFacts(supplied.name, { frontMatter: readFields(fields), instructions: "" }, files);
  return {
    ...facts,
    kind: "folder",
    name,
    identifier: name.replace(/[^A-Za-z0-9]/g, "_"),
    fileName: supplied.name,
    hash: hashOfFolder(files.map(({ path, sha256 }) => ({ path, hash: sha256 }))),
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
    createdAt: UNKNOWN_TIME,
    updatedAt: UNKNOWN_TIME,
    provenance: { kind: "server", name: server, uri },
    changedOutside: false,
    directory: `server ${server}`,
    path: uri,
    readOnly: true,
  };
}
