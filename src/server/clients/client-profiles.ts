import { CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY } from "@modelcontextprotocol/server";
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

/** Words of a client, in its name, its title or a capability of its own, that it composes tools in code itself. */
const CODE_MODE = /code[-_ ]?mode/i;

/**
 * The profile of a client.
 *
 * @param connected what it said of itself and its capabilities when it connected, in older revisions of the protocol
 * @param envelope what it says with each request, in the newest
 */
export function profileOf(
  connected: { readonly client?: unknown; readonly capabilities?: unknown },
  envelope?: unknown,
): ClientProfile {
  const told = isRecord(envelope) ? envelope : {};
  const info = connected.client ?? told[CLIENT_INFO_META_KEY];
  const { name, title, version } = isRecord(info) ? info : {};
  const known = CLIENT_PROFILES.find(({ calls }) => typeof name === "string" && calls.includes(name)) ?? UNKNOWN;
  const { newer } = known;
  const isNewer = newer !== undefined && typeof version === "string" && !isBefore(version, newer.from);
  const profile = isNewer ? { ...known, keeps: newer.keeps } : known;
  const words = [name, title, ...extensionsIn(connected.capabilities ?? told[CLIENT_CAPABILITIES_META_KEY])];
  const saysSo = words.some((word) => typeof word === "string" && CODE_MODE.test(word));
  return saysSo && profile.composes === undefined ? { ...profile, composes: true } : profile;
}

/** Names of what a client can do beyond the protocol. */
function extensionsIn(capabilities: unknown): string[] {
  if (!isRecord(capabilities)) return [];
  return ["experimental", "extensions"].flatMap((key) => {
    const named = capabilities[key];
    return isRecord(named) ? Object.keys(named).filter((name) => named[name] !== false) : [];
  });
}

/** Compares versions number by number; what is no number counts as none. */
function isBefore(version: string, other: string): boolean {
  const [own, from] = [version, other].map((text) => text.split(/[.+-]/).map((part) => Number(part) || 0));
  const index = [0, 1, 2].find((place) => own?.[place] !== from?.[place]);
  return index !== undefined && (own?.[index] ?? 0) < (from?.[index] ?? 0);
}
