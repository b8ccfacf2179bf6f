/**
 * Measures what users wait for. Checks every answer before timing it, prints a table, writes JSON.
 *
 * `npm run bench -- [--out FILE] [--only WORD]`
 */
import { parseArgs } from "node:util";
import { measureCatalog } from "./catalog.ts";
import { measureCold } from "./cold.ts";
import { measureConcurrent } from "./concurrent.ts";
import { measureCrowd } from "./crowd.ts";
import { measureExecution } from "./execution.ts";
import { measureGate } from "./gate.ts";
import { measureJournal } from "./journal.ts";
import { measurePython } from "./python.ts";
import { measureServers } from "./servers.ts";
import { type Measurement, describeMachine, printTable, writeReport } from "./report.ts";

const { values } = parseArgs({
  options: { out: { type: "string", default: "temp/bench.json" }, only: { type: "string", default: "" } },
});

const groups: readonly (readonly [string, () => Promise<Measurement[]>])[] = [
  ["execution", measureExecution],
  ["python", measurePython],
  ["servers", measureServers],
  ["concurrent", measureConcurrent],
  ["crowd", measureCrowd],
  ["cold", measureCold],
  ["catalog", measureCatalog],
  ["gate", measureGate],
  ["journal", measureJournal],
];

console.log(
  Object.entries(describeMachine())
    .map(([key, value]) => `${key} ${value}`)
    .join(", "),
);
const measurements: Measurement[] = [];
for (const [name, measure] of groups) {
  if (!name.includes(values.only)) continue;
  console.error(`measuring ${name} …`);
  measurements.push(...(await measure()));
}
printTable(measurements);
writeReport(values.out, measurements);
console.log(`\nwritten to ${values.out}`);
