// Reads the types of every entry as a user of the package sees them. A public name without a docstring fails, and so
// does a type that public signatures mention but no entry exports. The reports are left in temp/api.
import { mkdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Extractor, ExtractorConfig } from "@microsoft/api-extractor";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = join(root, "temp", "api");
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const entries = Object.values(manifest.exports).flatMap((entry) => (entry.types === undefined ? [] : [entry.types]));
const problems = [];

mkdirSync(folder, { recursive: true });
for (const entry of entries) {
  const name = basename(entry, ".d.ts");
  Extractor.invoke(configuration(entry, `${name}.api.md`), {
    localBuild: true,
    messageCallback: (message) => {
      if (message.logLevel === "error") problems.push(`${name}: ${message.messageId ?? ""} ${message.text}`);
      message.handled = true;
    },
  });
  const lines = readFileSync(join(folder, `${name}.api.md`), "utf8").split("\n");
  problems.push(
    ...lines.flatMap((line, index) =>
      line.includes("(undocumented)") ? [`${name}: no docstring: ${lines[index + 1]?.trim()}`] : [],
    ),
  );
}
if (problems.length > 0) {
  console.error(`${problems.length} problems of the public API:\n${problems.join("\n")}`);
  process.exit(1);
}
console.error(`${entries.length} entries: every public name is documented and every type it mentions is exported.`);

function configuration(entry, reportFileName) {
  const silent = { default: { logLevel: "none" } };
  return ExtractorConfig.prepare({
    configObject: {
      projectFolder: root,
      mainEntryPointFilePath: join(root, entry),
      compiler: { tsconfigFilePath: join(root, "tsconfig.json") },
      apiReport: { enabled: true, reportFolder: folder, reportTempFolder: join(folder, "temp"), reportFileName },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      messages: {
        compilerMessageReporting: { default: { logLevel: "error" } },
        extractorMessageReporting: { ...silent, "ae-forgotten-export": { logLevel: "error" } },
        tsdocMessageReporting: silent,
      },
    },
    configObjectFullPath: undefined,
    packageJsonFullPath: join(root, "package.json"),
  });
}
