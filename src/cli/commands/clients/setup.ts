import { existsSync } from "node:fs";
import { dirname } from "node:path";
import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { loadConfiguration } from "../../../host/configuration/load-configuration.ts";
import { CLIENT_NAMES, clientFile, type ClientName, processSurroundings } from "../../clients/client-files.ts";
import type { EntryChange } from "../../clients/install-entry.ts";
import { changeDocument, isChange, showChange } from "../../clients/show-change.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../../command-context.ts";
import { plainText } from "../../plain-text.ts";
import { writeJson } from "../../write-json.ts";
import { planImport, showAdoption } from "./import.ts";
import { type InstallChoice, planInstallation, scopeOption } from "./install.ts";

interface SetupChoice extends CommonOptions, Pick<InstallChoice, "scope" | "move"> {
  readonly yes?: boolean;
}

/** Asks a person whether to go on. */
type Ask = (question: string) => Promise<boolean>;

/** `codemode setup`: adopts what other clients have, and adds codemode to them, asked step by step. */
export function setupCommand(context: CommandContext): Command {
  const command = new Command("setup")
    .description("adopt the servers of the clients on this machine and add codemode to them, asked step by step")
    .option("--yes", "do all of it without asking")
    .option("--move", "with --yes: switch off in the clients what codemode serves from now on")
    .addOption(scopeOption())
    .action((options: SetupChoice) => setup(options, context));
  return completeCommand(command, { json: true, examples: ["codemode setup", "codemode setup --yes --scope user"] });
}

async function setup(options: SetupChoice, context: CommandContext): Promise<void> {
  const lines = options.yes === true ? undefined : createInterface({ input: process.stdin, terminal: false });
  const answers = lines?.[Symbol.asyncIterator]();
  const ask: Ask = async (question) => {
    if (answers === undefined) return true;
    context.terminal.err.write(`${question} [y/N] `);
    const answer = await answers.next();
    return answer.done !== true && /^y(?:es)?$/i.test(answer.value.trim());
  };
  try {
    const imported = await adopt(options, context, ask);
    const installed = await installAll(options, context, ask);
    if (options.json === true) writeJson(context.terminal, { import: imported, install: installed });
  } finally {
    lines?.close();
  }
}

async function adopt(options: SetupChoice, { terminal }: CommandContext, ask: Ask): Promise<object> {
  const loaded = loadConfiguration({ file: options.config });
  const adoption = await planImport(loaded);
  if (options.json !== true) showAdoption(adoption, terminal);
  const fresh = Object.keys(adoption.entries).length + adoption.rules.length;
  const isWanted = fresh > 0 && (await ask("Adopt what is new into the configuration?"));
  const { writeAdoption } = await import("../../clients/write-adoption.ts");
  const written = isWanted ? await writeAdoption(adoption, loaded) : null;
  if (written !== null) terminal.err.write(`written to ${plainText(written)}\n`);
  return { servers: adoption.rows, rules: adoption.rules, written };
}

async function installAll(options: SetupChoice, { terminal }: CommandContext, ask: Ask): Promise<readonly object[]> {
  const documents: object[] = [];
  for (const client of presentClients()) {
    // A client without a file for a project is set up for the user, whatever was asked for.
    const scope =
      clientFile(client, options.scope ?? "project", processSurroundings()) === undefined ? "user" : options.scope;
    const choice: InstallChoice = { ...options, client, ...(scope === undefined ? {} : { scope }) };
    const change = await planInstallation({ ...choice, move: false });
    if (isChange(change)) {
      if (options.json !== true) showChange(change, terminal);
      if (!(await ask(`Add codemode to ${client}?`))) continue;
      change.write();
      terminal.err.write(`codemode is installed: ${client}\n`);
    }
    documents.push(changeDocument((await move(choice, { terminal }, ask)) ?? change));
  }
  return documents;
}

/** Offers to switch off in a client what we serve from now on; resolves with the change if it was made. */
async function move(
  options: InstallChoice & Pick<SetupChoice, "yes">,
  { terminal }: Pick<CommandContext, "terminal">,
  ask: Ask,
): Promise<EntryChange | undefined> {
  if (options.yes === true && options.move !== true) return undefined;
  const change = await planInstallation({ ...options, move: true });
  if (!isChange(change)) return undefined;
  if (options.json !== true) showChange(change, terminal);
  if (!(await ask(`Switch off in ${options.client} what codemode serves too? (uninstall puts it back)`)))
    return undefined;
  change.write();
  terminal.err.write(`what codemode serves is switched off in ${options.client}\n`);
  return change;
}

/** Clients of which a file, or the folder for one, is on this machine. */
function presentClients(): readonly ClientName[] {
  const surroundings = processSurroundings();
  const { folder, home } = surroundings;
  return CLIENT_NAMES.filter((name) =>
    (["project", "user"] as const).some((scope) => {
      const file = clientFile(name, scope, surroundings);
      if (file === undefined) return false;
      return existsSync(file) || (![folder, home].includes(dirname(file)) && existsSync(dirname(file)));
    }),
  );
}
