import { defined } from "../../base/defined.ts";
import { composeLoaded } from "../../host/create-codemode.ts";
import { CONFIGURATION_FILES, loadConfiguration } from "../../host/configuration/load-configuration.ts";
import type { LoadedConfiguration } from "../../host/configuration/configuration.ts";
import { toCodemodeError } from "../../base/codemode-error.ts";
import type { ServerReport } from "../../sources/server-report.ts";
import { plainLine } from "../plain-text.ts";
import type { DoctorFinding } from "./finding.ts";

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
          detail: `${loaded.file} is valid, with ${servers} server${servers === 1 ? "" : "s"}`,
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
  return reports.map(toFinding);
}

function toFinding({ name, status, toolCount, latencyMs, error, warnings }: ServerReport): DoctorFinding {
  const title = `server ${name}`;
  if (status === "disabled") return { name: title, status: "ok", detail: "disabled" };
  if (error !== undefined || status !== "ready") {
    // What to do stands on the lines after the reason.
    const [reason = `is ${status}`, ...advice] = error?.split("\n") ?? [];
    const fix = advice.length > 0 ? advice.join(" ") : "Check its settings in the configuration.";
    return { name: title, status: "problem", detail: plainLine(reason), fix: plainLine(fix) };
  }
  const detail = `${toolCount} tools${latencyMs === undefined ? "" : `, answers in ${latencyMs.toFixed(1)} ms`}`;
  if (warnings.length === 0) return { name: title, status: "ok", detail };
  return { name: title, status: "warning", detail: `${detail}; ${plainLine(warnings.join(" "))}` };
}
