import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command, Option } from "commander";
import { loadConfiguration } from "../../../host/configuration/load-configuration.ts";
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
}

/** `codemode install`: writes our entry into a client's file. */
export function installCommand(context: CommandContext): Command {
  const command = ofOneClient("install", "add codemode to a client, in the client's own file").action(
    (options: InstallChoice) => install(options, context),
  );
  return completeCommand(command, {
    json: true,
    examples: ["codemode install --client claude-code", "codemode install --client cursor --scope user"],
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
  finish(await planInstallation(options), { options, context, done: "installed" });
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
  const { file, stateDirectory } = loadConfiguration({ file: options.config });
  const configurationFile = file ?? resolve("codemode.json");
  const entry = CLIENTS[options.client].entry(ownStart(configurationFile));
  const change = planInstall(await targetOf(options, stateDirectory), entry);
  const write = (): void => {
    if (file === undefined) writeFileSync(configurationFile, '{\n  "mcpServers": {}\n}\n', { flag: "wx" });
    change.write();
  };
  return file === undefined ? { ...change, write } : change;
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
