// Reads the types of every entry as a user of the package sees them. Fails for an exported name or a method without a
// docstring, and for a type that public signatures mention but no entry exports. Plain properties may go without a
// docstring where name and type say all there is. The reports
// and the models that scripts/reference.mjs reads are left in temp/api.
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "temp", "api");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.values(manifest.exports).flatMap((entry) => (entry.types === undefined ? [] : [entry.types]));
const exported = new Set();
const forgotten = [];
const problems = [];

mkdirSync(folder, { recursive: true });
for (const entry of entries) readEntry(entry, basename(entry, ".d.ts"));
for (const { name, symbol } of forgotten) {
  if (exported.has(symbol)) continue;
  problems.push(`${name}: the type ${symbol} is mentioned but exported nowhere`);
}
if (exported.size === 0) problems.push("no exported name was found");
if (problems.length > 0) {
  console.error(`${problems.length} problems of the public API:\n${problems.join("\n")}`);
  process.exit(1);
}
console.error(
  `${entries.length} entries, ${exported.size} names: documented, and every type they mention is exported.`,
);

function readEntry(entry, name) {
  Extractor.invoke(configuration(entry, name), { localBuild: true, messageCallback: takeMessage });
  const lines = readFileSync(join(folder, `${name}.api.md`), "utf8").split("\n");
  for (const [index, line] of lines.entries()) {
    const declared = /^export (?:declare )?(?:abstract )?(?:class|const|function|interface|type) (\w+)/.exec(line);
    if (declared !== null) exported.add(declared[1]);
    const next = lines[index + 1]?.trim() ?? "";
    const isProperty = /^\s/.test(line) && /^(?:readonly )?[[\w]/.test(next) && !/^(?:static )?\w+\(/.test(next);
    if (line.includes("(undocumented)") && !isProperty) problems.push(`${name}: no docstring: ${next}`);
  }

  function takeMessage(message) {
    const symbol = message.messageId === "ae-forgotten-export" ? /"(\w+)"/.exec(message.text)?.[1] : undefined;
    if (symbol !== undefined) forgotten.push({ name, symbol });
    else if (message.logLevel === ExtractorLogLevel.Error) problems.push(`${name}: ${message.text}`);
    message.handled = true;
  }
}

function configuration(entry, name) {
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, entry),
      compiler: { tsconfigFilePath: join(root, "tsconfig.json") },
      apiReport: {
        enabled: true,
        reportFolder: folder,
        reportTempFolder: join(folder, "temp"),
        reportFileName: `${name}.api.md`,
      },
      docModel: { enabled: true, apiJsonFilePath: join(folder, `${name}.api.json`) },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
        extractorMessageReporting: { ...silent, "ae-forgotten-export": { logLevel: ExtractorLogLevel.Error } },
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
  });
}
