import { existsSync } from "node:fs";
import { basename, resolve } from "node:path";
import * as z from "zod";
import { defined } from "../../base/defined.ts";
import { readText } from "../../base/files/read-file.ts";
import { isRecord } from "../../base/is-record.ts";
import type { LoadedConfiguration } from "../../host/configuration/configuration.ts";
import { SecretStore } from "../../sources/credentials/secret-store.ts";
import type { Adoption } from "./adopt-servers.ts";
import { JSON_TEXT, setJsonMembers } from "./json-text.ts";

/**
 * Writes new servers and rules into our configuration, after what is there; its comments and order stay. Secrets go to the
 * secret store first. Returns the file, or null where there was nothing to write.
 *
 * A file that other clients read too is left alone: a `codemode.json` is made beside it.
 */
export async function writeAdoption(
  adoption: Adoption,
  { file: read }: Pick<LoadedConfiguration, "file">,
): Promise<string | null> {
  const file = read === undefined || basename(read) === ".mcp.json" ? resolve("codemode.json") : read;
  const before = existsSync(file) ? readText(file) : "";
  const present = JSON_TEXT.parse(before.replace(/^\uFEFF/, ""));
  const root =
    isRecord(present) && isRecord(present["servers"]) && !isRecord(present["mcpServers"]) ? "servers" : "mcpServers";
  const added = newRules(rulesOf(present), adoption.rules);
  if (Object.keys(adoption.entries).length === 0 && added.length === 0) return null;
  let text = setJsonMembers(before, [root], await keepSecrets(adoption));
  if (added.length > 0) text = JSON_TEXT.set(text, ["policy", "rules"], [...rulesOf(present), ...added]);
  const { default: writeFileAtomic } = await import("write-file-atomic");
  await writeFileAtomic(file, text);
  return file;
}

const entriesSchema = z.record(z.string(), z.record(z.string(), z.unknown()));

function rulesOf(configuration: unknown): readonly unknown[] {
  const policy = isRecord(configuration) ? configuration["policy"] : undefined;
  const rules = isRecord(policy) ? policy["rules"] : undefined;
  return Array.isArray(rules) ? rules : [];
}

/** Rules that are not there yet; which client one came from is not part of it. */
function newRules(present: readonly unknown[], found: Adoption["rules"]): readonly object[] {
  const known = new Set(present.map((rule) => JSON.stringify(rule)));
  return found
    .map((rule) => ({ ...rule, from: undefined, file: undefined }))
    .filter((rule) => !known.has(JSON.stringify(rule)))
    .map(defined);
}

/**
 * Keeps secrets under their names, or, where another secret has that name, under the next that is free. Returns the
 * entries with the names under which they are kept.
 */
async function keepSecrets({ entries, secrets }: Adoption): Promise<Adoption["entries"]> {
  const store = new SecretStore();
  const kept = store.readAll();
  const added: Record<string, string> = {};
  const names = new Map<string, string>();
  for (const [name, value] of Object.entries(secrets)) {
    let free = name;
    const isOther = (other: unknown): boolean => other !== undefined && other !== value;
    const isTaken = (key: string): boolean => isOther(kept[key]) || isOther(added[key]);
    for (let number = 2; isTaken(`secret:${free}`); number += 1) free = `${name}_${number}`;
    added[`secret:${free}`] = value;
    names.set(name, free);
  }
  if (names.size > 0) await store.writeAll(added);
  const text = JSON.stringify(entries).replaceAll(
    SECRET,
    (_reference, name: string) => `\${secret:${names.get(name) ?? name}}`,
  );
  return entriesSchema.parse(JSON.parse(text));
}

/** How an entry names a secret. */
const SECRET = /\$\{secret:([^}]*)\}/g;
