import { defined } from "../../base/defined.ts";
import { Command, Option } from "commander";
import type { LoadedConfiguration, ServerMode, ToolSet } from "../../host/configuration/configuration.ts";
import type { HttpToken } from "../../server/door/http-access.ts";
import type { CodemodeSource, ServedToolsOptions } from "../../server/served-tools.ts";
import type { ServerHandle } from "../../server/server-handle.ts";
import type { ServeRequest } from "../up/resident-messages.ts";
import { toCodemodeError } from "../../base/codemode-error.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { type HttpAddress, parseHttpAddress } from "../option-parsers.ts";

interface ServeCommandOptions extends CommonOptions {
  readonly http?: HttpAddress;
  readonly token?: string;
  readonly tools?: ToolSet;
  readonly mode?: ServerMode;
  readonly allowCallTool?: boolean;
}

/** `codemode serve`: our own MCP server, over stdio or HTTP. */
export function serveCommand(context: CommandContext): Command {
  const command = new Command("serve")
    .description("serve the configured tools as one MCP server, over stdio unless --http is given")
    .option("--http <host:port>", "serve HTTP at /mcp instead, such as 127.0.0.1:8787", parseHttpAddress)
    .option("--token <token>", "bearer token that HTTP clients must present")
    .addOption(
      new Option("--tools <set>", "which of our tools to offer (default: standard)").choices([
        "minimal",
        "standard",
        "full",
      ]),
    )
    .addOption(
      new Option(
        "--mode <mode>",
        "how tools are offered: to programs, by search, each by itself (default: code)",
      ).choices(["code", "search", "direct", "auto"]),
    )
    .option("--allow-call-tool", "offer call_tool, which calls one tool without a program; off unless configured")
    .action((options: ServeCommandOptions) => serve(options, context));
  return completeCommand(command, {
    json: false,
    examples: [
      "codemode serve",
      "codemode serve --tools minimal --config work.json",
      "codemode serve --mode direct",
      'codemode serve --http 127.0.0.1:8787 --token "$TOKEN"',
    ],
  });
}

async function serve(options: ServeCommandOptions, { finish, terminal }: CommandContext): Promise<void> {
  const { loadConfiguration, unusedNote } = await import("../../host/configuration/load-configuration.ts");
  // Read before anything is served, so that a mistake in it ends the command with a message instead of every request.
  const loaded = loadConfiguration({ file: options.config });
  await refuseLoop(loaded.file);
  const { runUntilStopped } = await import("../../server/run-until-stopped.ts");
  const handle = await startServer(options, loaded);
  // Over stdio the client reads standard error, and may take any line there for a failure; `doctor` says it too.
  if ("url" in handle) {
    void stateIsolation(terminal);
    const note = unusedNote(loaded);
    if (note !== undefined) terminal.err.write(`codemode: ${note}\n`);
  }
  await runUntilStopped(handle);
  finish(0);
}

/** A configuration that starts us, by whatever detour, would start us again without end. */
async function refuseLoop(file: string | undefined): Promise<void> {
  const { startedByItself } = await import("../../sources/mcp/entry/own-command.ts");
  const reason = startedByItself(file);
  if (reason === undefined) return;
  const { CodemodeError } = await import("../../base/codemode-error.ts");
  throw new CodemodeError("config_error", `Not serving: ${reason}.`, {
    hint: "Remove the server that starts codemode from the configuration, or name another file with --config.",
  });
}

/** One line for the operator, where Python programs run with less isolation than they could have. */
async function stateIsolation({ err }: CommandContext["terminal"]): Promise<void> {
  const { statePythonIsolation } = await import("../../runs/sessions/python-isolation.ts");
  const { withBubblewrap, sentence, fix } = await statePythonIsolation();
  if (!withBubblewrap) err.write(`codemode: ${sentence} ${fix ?? ""}\n`);
}

async function startServer(
  { http, token, tools, allowCallTool, config, ...chosen }: ServeCommandOptions,
  loaded: LoadedConfiguration,
): Promise<ServerHandle> {
  const { server = {}, skills = {} } = loaded.configuration;
  const { mode = server.mode } = chosen;
  const source: CodemodeSource = async () => {
    const { composeLoaded } = await import("../../host/create-codemode.ts");
    return composeLoaded(loaded);
  };
  const set = {
    serverNames: Object.entries(loaded.configuration.mcpServers ?? {})
      .filter(([, { enabled = true, disabled = false }]) => enabled && !disabled)
      .map(([name]) => name),
    publishSkills: server.publishSkills !== false && (skills.directories ?? []).length > 0,
    ...defined({ set: tools, allowCallTool, mode, client: server.client }),
  };
  const address = http ?? (server.http === undefined ? undefined : parseHttpAddress(server.http));
  if (address !== undefined) return httpServer(source, { ...set, ...address }, { token, loaded });
  const shared = server.shared === true ? await sharedServer(config, { tools, mode, allowCallTool }) : undefined;
  if (shared !== undefined) return shared;
  const { serveStdio } = await import("../../server/serve-stdio.ts");
  return serveStdio(source, set);
}

async function httpServer(
  source: CodemodeSource,
  options: ServedToolsOptions & HttpAddress,
  { token, loaded }: { readonly token: string | undefined; readonly loaded: LoadedConfiguration },
): Promise<ServerHandle> {
  const { server = {} } = loaded.configuration;
  const { serveHttp } = await import("../../server/serve-http.ts");
  const secret = await secretOf(token, server.token);
  const { checkStateDirectory } = await import("../doctor/check-machine.ts");
  return serveHttp(source, {
    ...options,
    allowedHosts: server.allowedHosts ?? [],
    tokens: await heldTokens(server.tokens ?? []),
    isReady: async () => (await checkStateDirectory(loaded.stateDirectory)).status === "ok",
    ...defined({ oauth: server.oauth, maxSessions: server.maxSessions, maxBodyBytes: server.maxBodyBytes }),
    ...secret,
  });
}

/** Serves by the background process; undefined where that cannot be, which it reports. */
async function sharedServer(
  file: string | undefined,
  request: Omit<ServeRequest, "kind">,
): Promise<ServerHandle | undefined> {
  const { serveShared } = await import("../up/shared-server.ts");
  const handle = await serveShared({ file, request }).catch((error: unknown) => toCodemodeError(error).message);
  if (typeof handle !== "string") return handle;
  process.stderr.write(`codemode: serving without the background process: ${handle}\n`);
  return undefined;
}

async function heldTokens(tokens: readonly HttpToken[]): Promise<readonly HttpToken[]> {
  const { expandText } = await import("../../sources/mcp/expand.ts");
  return tokens.map(({ name, token, sha256 }) => {
    if (token === undefined) return { name, ...defined({ sha256 }) };
    return { name, token: expandText(token, { place: `server.tokens.${name}`, variables: process.env }) };
  });
}

async function secretOf(
  given: string | undefined,
  configured: string | undefined,
): Promise<{ readonly token?: string }> {
  if (given !== undefined) return { token: given };
  if (configured === undefined) return {};
  const { expandText } = await import("../../sources/mcp/expand.ts");
  return { token: expandText(configured, { place: "server.token", variables: process.env }) };
}
