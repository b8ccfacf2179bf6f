import { OAuthError } from "@modelcontextprotocol/client";
import { boundText } from "../../../base/bound-text.ts";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { isRecord } from "../../../base/is-record.ts";

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

/** The words of an error, or of each fault of an answer that is not as it should be: one line, without its full stop. */
export function wordsOf(error: unknown): string {
  return boundText(sentenceOf(error).replace(/\s+/g, " ").trim().replace(/\.+$/, ""), MOST_WORDS);
}

const MOST_WORDS = 300;

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const issues: unknown = isRecord(error) ? error["issues"] : undefined;
  if (Array.isArray(issues)) return issues.map((issue: unknown) => (isRecord(issue) ? faultOf(issue) : "")).join("; ");
  if (error instanceof OAuthError && error.code !== "server_error")
    return [...new Set([error.code, error.message])].filter((text) => text !== "").join(": ");
  const { cause } = error;
  return cause instanceof Error && cause.message !== "" ? `${error.message} (${cause.message})` : error.message;
}

function faultOf({ path, message }: Readonly<Record<string, unknown>>): string {
  const place = Array.isArray(path) && path.length > 0 ? `${path.join(".")} of the answer: ` : "";
  return place + String(message);
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
