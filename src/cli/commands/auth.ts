import { Command } from "commander";
import { CodemodeError } from "../../base/codemode-error.ts";
import { SecretFilter } from "../../base/secret-filter.ts";
import type { LoginReport, Logins } from "../../host/logins.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { openBrowser } from "../auth/open-browser.ts";
import { plainText } from "../plain-text.ts";
import { readLine } from "../auth/read-line.ts";
import { textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";
import { writeJson } from "../write-json.ts";

interface AuthFlags extends CommonOptions {
  readonly account?: string;
  readonly browser?: boolean;
}

const LOGIN_MS = 600_000;

/** `codemode auth`: logins at remote servers. */
export function authCommand(context: CommandContext): Command {
  const command = new Command("auth").description("log in at remote servers, log out, and see the logins");
  const login = new Command("login")
    .description("log in at a server, in a browser or with a printed address")
    .argument("[server]", "name of the server (default: the only one that needs a login)")
    .option(
      "--no-browser",
      "print the address; take the redirect, or one line on stdin: the redirect's address or its code",
    )
    .action((server: string | undefined, options: AuthFlags) => logIn(server, options, context));
  const logout = new Command("logout")
    .description("forget a login, here and at the authorization server")
    .argument("[server]", "name of the server (default: the only one with a login)")
    .action((server: string | undefined, options: AuthFlags) => logOut(server, options, context));
  const status = new Command("status")
    .description("list remote servers with the state of their logins")
    .argument("[server]", "only this one")
    .action((server: string | undefined, options: AuthFlags) => showStatus(server, options, context));
  const examples = { login: "codemode auth login github", logout: "codemode auth logout github --account work" };
  for (const [each, example] of [
    [login, examples.login],
    [logout, examples.logout],
    [status, "codemode auth status --json"],
  ] as const) {
    each.option("--account <name>", "whose login (default: the account of the server's entry)");
    command.addCommand(completeCommand(each, { json: true, examples: [example] }));
  }
  return command.addHelpText("after", `\nExamples:\n  $ ${examples.login}\n  $ codemode auth status`);
}

async function logIn(server: string | undefined, options: AuthFlags, context: CommandContext): Promise<void> {
  const { terminal, signal } = context;
  const logins = await openLogins(options, context);
  const name = server ?? (await onlyOne(logins, options, ({ status }) => status !== "ok" && status !== "none"));
  const out = options.json === true ? terminal.err : terminal.out;
  const isHeadless = options.browser === false || !terminal.err.isTerminal;
  const stop = new AbortController();
  const dialogue = {
    signal: AbortSignal.any([signal, AbortSignal.timeout(LOGIN_MS)]),
    ...(isHeadless ? { pasted: readLine(stop.signal) } : {}),
    present: async ({ url, userCode }: { readonly url: string; readonly userCode?: string }): Promise<void> => {
      const isOpen = !isHeadless && (await openBrowser(url));
      out.write(`${isOpen ? "A browser was opened at" : "Open this address in a browser:"}\n${url}\n`);
      if (userCode !== undefined) out.write(`and type this code there: ${userCode}\n`);
      else if (isHeadless)
        out.write("Waiting for the browser; or paste here the address it was sent to, or the code in it.\n");
    },
  };
  try {
    const report = await logins.logIn(name, dialogue, options.account);
    const { type: _, ...row } = report;
    if (options.json === true) writeJson(terminal, row);
    else terminal.out.write(`Logged in at ${plainText(name)}${scopesOf(report)}.\n`);
  } catch (thrown) {
    throw failedLogin(thrown);
  } finally {
    stop.abort();
  }
}

/** Whoever has just run the command of a login is not told to run it. */
function failedLogin(thrown: unknown): unknown {
  if (!CodemodeError.is(thrown) || thrown.details.login === undefined) return thrown;
  const { login, ...details } = thrown.details;
  return new CodemodeError(thrown.code, thrown.message.replace(` Run: ${login}`, ""), {
    ...details,
    hint: "No login was kept. Correct what the message names, at the server or in `auth` of its configuration, before the next try.",
  });
}

async function logOut(server: string | undefined, options: AuthFlags, context: CommandContext): Promise<void> {
  const logins = await openLogins(options, context);
  const name = server ?? (await onlyOne(logins, options, ({ status, type }) => type === "oauth" && status === "ok"));
  const done = await logins.logOut(name, options.account);
  const { type: _, ...row } = await logins.status(name, options.account);
  if (options.json === true) writeJson(context.terminal, row);
  else
    context.terminal.out.write(
      done ? `Logged out of ${plainText(name)}.\n` : `There was no login at ${plainText(name)}.\n`,
    );
}

async function showStatus(server: string | undefined, options: AuthFlags, context: CommandContext): Promise<void> {
  const logins = await openLogins(options, context);
  const names = server === undefined ? logins.names : [server];
  const servers = await Promise.all(names.map((name) => logins.status(name, options.account)));
  const { terminal } = context;
  if (options.json === true) return writeJson(terminal, { servers });
  if (servers.length === 0) terminal.err.write("No remote server is configured.\n");
  const rows = servers.map(({ name, account, type, status, expiresAt, scopes }) => [
    name,
    account,
    type,
    status,
    expiresAt ?? "-",
    scopes.join(" "),
  ]);
  const titles = ["SERVER", "ACCOUNT", "TYPE", "STATUS", "EXPIRES", "SCOPES"];
  const { columns: width, colors } = terminal.out;
  terminal.out.write(textTable(rows, { width, titleStyle: colors.dim, columns: titles.map((title) => ({ title })) }));
  return undefined;
}

async function openLogins({ config }: AuthFlags, { terminal }: CommandContext): Promise<Logins> {
  const { loadConfiguration } = await import("../../host/configuration/load-configuration.ts");
  const { Logins: Class } = await import("../../host/logins.ts");
  const secrets = new SecretFilter();
  terminal.hide(secrets);
  return new Class(loadConfiguration({ file: config }), secrets);
}

async function onlyOne(
  logins: Logins,
  { account }: AuthFlags,
  isMeant: (report: LoginReport) => boolean,
): Promise<string> {
  const reports = await Promise.all(logins.names.map((name) => logins.status(name, account)));
  const [only, ...others] = reports.filter(isMeant);
  if (only !== undefined && others.length === 0) return only.name;
  const names = logins.names.join(", ");
  throw new UsageError(
    "Name the server.",
    names === "" ? "No remote server is configured." : `Remote servers: ${names}.`,
  );
}

function scopesOf({ scopes }: LoginReport): string {
  return scopes.length === 0 ? "" : ` for ${plainText(scopes.join(" "))}`;
}
