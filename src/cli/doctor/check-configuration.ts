import { defined } from "../../base/defined.ts";
import { composeLoaded } from "../../host/create-codemode.ts";
import { CONFIGURATION_FILES } from "../../host/configuration/configuration-files.ts";
import { loadConfiguration, unusedNote } from "../../host/configuration/load-configuration.ts";
import type { LoadedConfiguration } from "../../host/configuration/configuration.ts";
import { toCodemodeError } from "../../base/codemode-error.ts";
import type { ServerReport } from "../../sources/server-report.ts";
import { plainLine } from "../plain-text.ts";
import type { DoctorFinding } from "./finding.ts";
import type { Catalog } from "../../catalog/catalog.ts";
import { POLICY_PRESETS, type Policy } from "../../runs/decisions/policy.ts";
import { type PolicySurvey, surveyPolicy } from "../../runs/decisions/survey-policy.ts";

/** Names of tools shown in one list. */
const MOST_NAMES = 8;

/** Looks for the configuration and whether it is valid; `loaded` is absent when it is not. */
export function checkConfiguration(file: string | undefined): {
  readonly finding: DoctorFinding;
  readonly loaded?: LoadedConfiguration;
} {
  const name = "configuration";
  try {
    const loaded = loadConfiguration({ file });
    const servers = Object.keys(loaded.configuration.mcpServers ?? {}).length;
    if (loaded.file !== undefined) {
      return {
        loaded,
        finding: {
          name,
          status: "ok",
          detail: [`${loaded.file} is valid, with ${servers} server${servers === 1 ? "" : "s"}`, unusedNote(loaded)]
            .filter((part) => part !== undefined)
            .join(". "),
        },
      };
    }
    const fix = 'Write codemode.json with { "mcpServers": { … } }, or name a file with --config.';
    return {
      loaded,
      finding: { name, status: "warning", detail: `none of ${CONFIGURATION_FILES.join(", ")} is here`, fix },
    };
  } catch (thrown) {
    const { message, details } = toCodemodeError(thrown);
    return {
      finding: {
        name,
        status: "problem",
        detail: message,
        ...defined({ fix: details.hint }),
      },
    };
  }
}

/** Starts every configured server and asks it for a sign of life. */
export async function checkServers(
  loaded: LoadedConfiguration,
  signal: AbortSignal,
): Promise<readonly DoctorFinding[]> {
  await using codemode = composeLoaded(loaded);
  const { registry } = codemode;
  const reports = await Promise.all(registry.listServers().map(({ name }) => registry.checkServer(name, signal)));
  const { policy = {} } = codemode.configuration;
  return [...reports.map(toFinding), ...checkPolicy(policy, registry.catalog())];
}

/** Shows what the policy, and what each preset in its place, would do to the tools at hand. */
function checkPolicy(policy: Policy, catalog: Catalog): readonly DoctorFinding[] {
  if (catalog.tools.length === 0) return [];
  const detailOf = (shown: Policy): string => plainLine(showSurvey(surveyPolicy(shown, catalog)));
  const idle = surveyPolicy(policy, catalog).idle.map(
    (index) => `rule ${index} (${policy.rules?.[index]?.tools ?? "any tool"})`,
  );
  const own: DoctorFinding = { name: "policy", status: "ok", detail: detailOf(policy) };
  const fix = `Correct or remove ${idle.join(", ")} of the policy: no tool that is there now fits.`;
  return [
    idle.length === 0 ? own : { ...own, status: "warning", fix: plainLine(fix) },
    ...POLICY_PRESETS.map((preset): DoctorFinding => ({
      name: `preset ${preset}`,
      status: "ok",
      detail: `would do: ${detailOf({ preset })}`,
    })),
  ];
}

/** Counts and names, `2 allowed (a__b, a__c), 1 denied (a__d)`. */
function showSurvey({ allow, ask, deny }: PolicySurvey): string {
  const parts = [
    ["allowed", allow],
    ["asked", ask],
    ["denied", deny],
  ] as const;
  return parts
    .map(([does, names]) => `${names.length} ${does}${names.length === 0 ? "" : ` (${namesOf(names)})`}`)
    .join(", ");
}

function namesOf(names: readonly string[]): string {
  const shown = names.slice(0, MOST_NAMES).join(", ");
  return names.length <= MOST_NAMES ? shown : `${shown}, … ${names.length - MOST_NAMES} more`;
}

function toFinding({ name, status, toolCount, latencyMs, error, warnings }: ServerReport): DoctorFinding {
  const title = `server ${name}`;
  if (status === "disabled") return { name: title, status: "ok", detail: "disabled" };
  if (error !== undefined || status !== "ready") {
    // What to do stands on the lines after the reason, and after what the server wrote if the reason ends with that.
    const lines = error?.split("\n") ?? [`is ${status}`];
    const reasons = lines[0]?.endsWith(":") === true ? Math.max(1, lines.length - 1) : 1;
    const advice = lines.slice(reasons);
    const fix = advice.length > 0 ? advice.join(" ") : "Check its settings in the configuration.";
    const detail = plainLine(lines.slice(0, reasons).join(" "));
    return { name: title, status: "problem", detail, fix: plainLine(fix) };
  }
  const detail = `${toolCount} tools${latencyMs === undefined ? "" : `, answers in ${latencyMs.toFixed(1)} ms`}`;
  if (warnings.length === 0) return { name: title, status: "ok", detail };
  return { name: title, status: "warning", detail: `${detail}; ${plainLine(warnings.join(" "))}` };
}
