// Many processes at one expired token with a rotating refresh token: `npm run renewals -- --processes 100`. Each of them
// is to be answered, with one refresh for all, also when the one that refreshes is killed. The status is 1 otherwise.
import { parseArgs } from "node:util";
import { renewTogether } from "./renew-together.ts";

const { values } = parseArgs({ options: { processes: { type: "string", default: "100" } } });
const processes = Number(values.processes);
const onProgress = (text: string): void => void process.stderr.write(`${text}\n`);

for (const killHolder of [false, true]) {
  const renewal = await renewTogether({ processes, killHolder, onProgress });
  const answered = renewal.outcomes["ada"] ?? 0;
  const holds = renewal.refreshes === 1 && renewal.refused === 0 && answered === processes - Number(killHolder);
  process.stdout.write(`${JSON.stringify({ holds, killHolder, ...renewal })}\n`);
  if (!holds) process.exitCode = 1;
}
