import type { Skill } from "@modelcontextprotocol/client/ext/skills";
import { FOLDER_LIMITS } from "../../../skills/shelves/files/list-folder.ts";
import { isPlainPath } from "../../../skills/shelves/disk/bundle-paths.ts";
import type { SuppliedFile, SuppliedSkill } from "../../../skills/shelves/server/skill-supplier.ts";
import { measureJson } from "../call/measure-json.ts";

const FIELD_CHARACTERS = 64 * 1024;
const FIELD_DEPTH = 32;

/**
 * A skill as a server lists it, or why it is set aside. Bounds its size, and the paths of its files to what can be
 * written below one folder on any system.
 *
 * @param entry as the SDK has checked it
 */
export function readSkillEntry(server: string, entry: Skill): SuppliedSkill | string {
  const { uri, frontmatter, resources } = entry;
  if (resources === "dynamic") return "Its files have no digests, so they cannot be checked against the list.";
  if (!measureJson(frontmatter, FIELD_DEPTH, FIELD_CHARACTERS).fits) return "Its front matter is too large.";
  if (resources.length > FOLDER_LIMITS.files) return `It has more than ${FOLDER_LIMITS.files} files.`;
  if (resources.reduce((sum, { size }) => sum + size, 0) > FOLDER_LIMITS.bytes) return "It has more than 16 MiB.";
  const root = new URL(uri).href.slice(0, -"SKILL.md".length);
  const files: SuppliedFile[] = [];
  for (const resource of resources) {
    const path = pathBelow(root, resource.uri);
    if (path === undefined || !isPlainPath(path))
      return `The name of its file ${resource.uri.slice(0, 200)} is not accepted.`;
    files.push({ path, uri: resource.uri, bytes: resource.size, sha256: resource.digest.replace("sha256:", "") });
  }
  return { server, uri, name: frontmatter.name, fields: new Map(Object.entries(frontmatter)), files };
}

function pathBelow(root: string, uri: string): string | undefined {
  const { href } = new URL(uri);
  if (!href.startsWith(root)) return undefined;
  try {
    return href.slice(root.length).split("/").map(decodeURIComponent).join("/");
  } catch {
    return undefined;
  }
}
