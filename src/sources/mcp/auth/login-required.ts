import { CodemodeError } from "../../../base/codemode-error.ts";

/** What the words about a missing login name. */
export interface LoginAdvice {
  readonly serverName: string;
  readonly account: string;
  /** File in which the server is configured, which the command then names. */
  readonly configurationFile?: string | undefined;
}

/** The command that logs in at a server, as it is typed in a shell. */
function loginCommand({ serverName, account, configurationFile }: LoginAdvice): string {
  const words = ["codemode", "auth", "login", serverName];
  if (account !== "default") words.push("--account", account);
  if (configurationFile !== undefined) words.push("--config", configurationFile);
  return words.map(shellWord).join(" ");
}

/** The error of everything that needs a login which nobody has made yet. */
export function loginRequired(advice: LoginAdvice, reason = "needs a login"): CodemodeError {
  const command = loginCommand(advice);
  return new CodemodeError("login_required", `Server "${advice.serverName}" ${reason}. Run: ${command}`, {
    login: command,
    hint: "A person has to run this command; after that the same program works, and nothing has to be restarted.",
  });
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
