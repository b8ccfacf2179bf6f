import { CLIENT_INFO_META_KEY, type Implementation } from "@modelcontextprotocol/server";
import { CodemodeError } from "../../base/codemode-error.ts";
import { isRecord } from "../../base/is-record.ts";
import { type ClientProfile, UNSHAPED } from "./client-profile.ts";
import { claudeCode } from "./claude-code.ts";
import { claudeDesktop } from "./claude-desktop.ts";
import { cursor } from "./cursor.ts";
import { vscode } from "./vscode.ts";
import { windsurf } from "./windsurf.ts";
import { codex } from "./codex.ts";
import { geminiCli } from "./gemini-cli.ts";
import { opencode } from "./opencode.ts";
import { copilotCli } from "./copilot-cli.ts";
import { zed } from "./zed.ts";
import { mcporter } from "./mcporter.ts";
import { continueCli } from "./continue.ts";
import { cline } from "./cline.ts";
import { codemode } from "./codemode.ts";

/** All profiles, in the order in which clients are listed. */
export const CLIENT_PROFILES: readonly ClientProfile[] = [
  claudeCode,
  claudeDesktop,
  cursor,
  vscode,
  windsurf,
  codex,
  geminiCli,
  opencode,
  copilotCli,
  zed,
  mcporter,
  continueCli,
  cline,
  codemode,
];

const UNKNOWN: ClientProfile = { ...UNSHAPED, name: "unknown", calls: [], notes: [] };

/** The profile of a client by the name people know it by. Throws `config_error` where there is none. */
export function profileNamed(client: string): ClientProfile {
  const profile = CLIENT_PROFILES.find(({ name }) => name === client);
  if (profile !== undefined) return profile;
  throw new CodemodeError("config_error", `There is no profile of a client "${client}".`, {
    hint: `Known are: ${CLIENT_PROFILES.map(({ name }) => name).join(", ")}.`,
  });
}

/**
 * The profile of a client.
 *
 * @param connected what it said of itself when it connected, in older revisions of the protocol
 * @param envelope what it says with each request, in the newest
 */
export function profileOf(connected: Implementation | undefined, envelope?: unknown): ClientProfile {
  const info = isRecord(envelope) ? envelope[CLIENT_INFO_META_KEY] : undefined;
  const name = connected?.name ?? (isRecord(info) ? info["name"] : undefined);
  return CLIENT_PROFILES.find(({ calls }) => typeof name === "string" && calls.includes(name)) ?? UNKNOWN;
}
