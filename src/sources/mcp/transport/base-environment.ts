import type { Variables } from "../../http/variables.ts";

/** The variables the MCP SDK passes to a local server. Everything else has to be named in the server's `env`. */
const INHERITED: readonly string[] =
  process.platform === "win32"
    ? [
        "APPDATA",
        "COMSPEC",
        "HOMEDRIVE",
        "HOMEPATH",
        "LOCALAPPDATA",
        "PATH",
        "PATHEXT",
        "PROCESSOR_ARCHITECTURE",
        "PROGRAMDATA",
        "PROGRAMFILES",
        "PROGRAMFILES(X86)",
        "PROGRAMW6432",
        "SYSTEMDRIVE",
        "SYSTEMROOT",
        "TEMP",
        "USERNAME",
        "USERPROFILE",
        "WINDIR",
      ]
    : ["HOME", "LOGNAME", "PATH", "SHELL", "TERM", "USER"];

/** True for a variable that every local server gets: its value is not a secret to them. */
export function inheritedVariable(name: string): boolean {
  return INHERITED.includes(name) || name === "PWD" || name === "TMPDIR";
}

/**
 * The environment every local server starts with, without any secret of ours.
 *
 * It is the SDK's own list, kept here so that a process can start before the SDK has been loaded.
 */
export function baseEnvironment(variables: Variables = process.env): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const key of INHERITED) {
    const value = variables[key];
    // A value that starts like this is an exported shell function.
    if (value !== undefined && !value.startsWith("()")) environment[key] = value;
  }
  return environment;
}
