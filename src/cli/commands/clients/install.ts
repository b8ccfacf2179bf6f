import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import type { LoadedConfiguration } from "../../../host/configuration/configuration.ts";
import { loadConfiguration } from "../../../host/configuration/load-configuration.ts";
import { defined } from "../../../base/defined.ts";
import { CLIENT_NAMES, type ClientName, type ClientScopeName } from "../../clients/client-files.ts";
import type { EntryChange } from "../../clients/install-entry.ts";
import { changeDocument, isChange, showChange } from "../../clients/show-change.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../../command-context.ts";
import { plainText } from "../../plain-text.ts";
import { UsageError } from "../../usage-error.ts";
import { writeJson } from "../../write-json.ts";

/** Choice of a client's file. */
export interface InstallChoice extends CommonOptions {
  readonly client: ClientName;
  readonly scope?: ClientScopeName;
  readonly move?: boolean;
  readonly mcpb?: string;
}

/** `codemode install`: writes our entry into a client's file. */
export function installCommand(context: CommandContext): Command {
  const command = ofOneClient("install", "add codemode to a client, in the client's own file")
    .option("--move", "switch off there the servers that the configuration has too, until uninstall")
    .option("--mcpb <file>", "write a bundle that Claude Desktop opens, in place of changing its file")
    .action((options: InstallChoice) => install(options, context));
  return completeCommand(command, {
    json: true,
    examples: ["codemode install --client claude-code", "codemode install --client cursor --scope user --move"],
  });
}

/** `codemode uninstall`: takes our entry out of a client's file again. */
export function uninstallCommand(context: CommandContext): Command {
  const command = ofOneClient("uninstall", "take codemode out of a client's file again").action(
    (options: InstallChoice) => uninstall(options, context),
  );
  return completeCommand(command, { json: true, examples: ["codemode uninstall --client claude-code"] });
}

function ofOneClient(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .addOption(new Option("--client <name>", "the client").choices(CLIENT_NAMES).makeOptionMandatory())
    .addOption(scopeOption());
}

/** The option that chooses between the files of a project and those of a person. */
export function scopeOption(): Option {
  return new Option(
    "--scope <scope>",
    "this project, or all of yours (default: project where the client has one)",
  ).choices(["project", "user"]);
}

async function install(options: InstallChoice, context: CommandContext): Promise<void> {
  if (options.mcpb !== undefined) return writeBundle(options, options.mcpb, context);
  finish(await planInstallation(options), { options, context, done: "installed" });
}

/** Writes the bundle; nothing of the client is changed until a person opens it. */
async function writeBundle(options: InstallChoice, name: string, { terminal }: CommandContext): Promise<void> {
  if (options.client !== "claude-desktop") {
    throw new UsageError(
      `${options.client} does not open bundles.`,
      "Leave --mcpb out, or say --client claude-desktop.",
    );
  }
  const { ownStart } = await import("../../clients/own-entry.ts");
  const { desktopBundle } = await import("../../clients/desktop-bundle.ts");
  const configuration = configurationOf(loadConfiguration({ file: options.config }).file);
  const start = ownStart(configuration.file);
  const file = resolve(name);
  configuration.make();
  writeFileSync(file, desktopBundle(start));
  const { client } = options;
  if (options.json === true) {
    return writeJson(terminal, { client, scope: "user", file, backup: null, changed: true, entry: start });
  }
  terminal.err.write(`Open ${plainText(file)} with Claude Desktop to add codemode.\n`);
}

/** The configuration to serve, and the way to make an empty one where there is none. */
function configurationOf(file: string | undefined): { readonly file: string; readonly make: () => void } {
  if (file !== undefined) return { file, make: () => {} };
  const made = resolve("codemode.json");
  return { file: made, make: () => writeFileSync(made, '{\n  "mcpServers": {}\n}\n', { flag: "wx" }) };
}

async function uninstall(options: InstallChoice, context: CommandContext): Promise<void> {
  const { planUninstall } = await import("../../clients/install-entry.ts");
  const { stateDirectory } = loadConfiguration({ file: options.config });
  finish(planUninstall(await targetOf(options, stateDirectory)), { options, context, done: "taken out" });
}

/** Plans our entry in one client. Without a configuration an empty one is made here when the plan is carried out. */
export async function planInstallation(options: InstallChoice): Promise<EntryChange> {
  const { planInstall } = await import("../../clients/install-entry.ts");
  const { ownStart } = await import("../../clients/own-entry.ts");
  const { CLIENTS } = await import("../../clients/client-files.ts");
  const { file, stateDirectory, configuration } = loadConfiguration({ file: options.config });
  const served = configurationOf(file);
  const entry = CLIENTS[options.client].entry(ownStart(served.file));
  const target = await targetOf(options, stateDirectory);
  const moved = options.move === true ? await movedServers(target, { ...defined({ file }), configuration }) : [];
  const change = planInstall(target, entry, moved);
  const write = (): void => {
    served.make();
    change.write();
  };
  return { ...change, write };
}

/** Servers of a client that are ours too. Those of a file that is our own configuration stay. */
async function movedServers(
  target: Pick<EntryChange["target"], "client" | "file">,
  { file, configuration }: Pick<LoadedConfiguration, "file" | "configuration">,
): Promise<readonly string[]> {
  const { adoptedServers } = await import("../../clients/adopt-servers.ts");
  const { processSurroundings } = await import("../../clients/client-files.ts");
  if (file !== undefined && resolve(file) === resolve(target.file)) return [];
  return adoptedServers(processSurroundings(), configuration.mcpServers ?? {}, target);
}

async function targetOf({ client, scope }: InstallChoice, stateDirectory: string): Promise<EntryChange["target"]> {
  const { CLIENTS, clientFile, processSurroundings } = await import("../../clients/client-files.ts");
  const chosen = scope ?? (CLIENTS[client].project === undefined ? "user" : "project");
  const file = clientFile(client, chosen, processSurroundings());
  if (file === undefined) {
    throw new UsageError(`${client} has no file for a project.`, `Leave --scope out, or say --scope user.`);
  }
  return { client, scope: chosen, file, stateDirectory };
}

function finish(
  change: EntryChange,
  {
    options,
    context,
    done,
  }: { readonly options: CommonOptions; readonly context: CommandContext; readonly done: string },
): void {
  const { terminal } = context;
  if (isChange(change) && options.json !== true) showChange(change, terminal);
  if (isChange(change)) change.write();
  if (options.json === true) return writeJson(terminal, changeDocument(change));
  const { client, file } = change.target;
  terminal.err.write(isChange(change) ? `codemode is ${done}: ${client}\n` : `Nothing to do in ${plainText(file)}.\n`);
}
