import { Command, Option } from "commander";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { CLIENT_NAMES } from "../clients/client-files.ts";
import type { DoctorFinding } from "../doctor/finding.ts";
import { withCodemode } from "../open-configured.ts";
import { plainText } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import { writeJson } from "../write-json.ts";

interface DoctorChoice extends CommonOptions {
  readonly client?: string;
}

/** All clients with a profile. */
const CLIENTS: readonly string[] = [...CLIENT_NAMES, "continue", "cline"];

/** `codemode doctor`: what works on this machine and what does not. */
export function doctorCommand(context: CommandContext): Command {
  const command = new Command("doctor")
    .description("check what works on this machine and what does not")
    .addOption(new Option("--client <name>", "show what this client's model is given").choices(CLIENTS))
    .action((options: DoctorChoice) =>
      options.client === undefined
        ? doctor(options, context)
        : showView({ ...options, client: options.client }, context),
    );
  return completeCommand(command, {
    json: true,
    examples: ["codemode doctor", "codemode doctor --client claude-code", "codemode doctor --config other.json --json"],
  });
}

async function doctor(options: CommonOptions, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const findings: DoctorFinding[] = [];
  for await (const finding of examine(options.config, context.signal)) {
    findings.push(finding);
    if (options.json !== true) showFinding(finding, terminal);
  }
  const problems = findings.filter(({ status }) => status === "problem").length;
  if (options.json === true) writeJson(terminal, { ok: problems === 0, checks: findings });
  context.finish(problems === 0 ? 0 : 1);
}

/** What the model of a client is given, with a ruler where the client cuts. */
async function showView(options: DoctorChoice & { readonly client: string }, context: CommandContext): Promise<void> {
  const { viewOf } = await import("../doctor/client-view.ts");
  const view = await withCodemode(options, context, (codemode) => viewOf(codemode, options.client, context.signal));
  if (options.json === true) return writeJson(context.terminal, view.document);
  context.terminal.out.write(plainText(view.text));
}

async function* examine(file: string | undefined, signal: AbortSignal): AsyncGenerator<DoctorFinding> {
  const { checkNode, checkStateDirectory } = await import("../doctor/check-machine.ts");
  const { checkEngines, checkPythonIsolation, checkTypeChecker } = await import("../doctor/check-engines.ts");
  const { checkConfiguration, checkServers } = await import("../doctor/check-configuration.ts");
  yield checkNode();
  yield* await checkEngines();
  yield await checkPythonIsolation();
  yield await checkTypeChecker();
  const { finding, loaded } = checkConfiguration(file);
  yield finding;
  if (loaded === undefined) return;
  yield await checkStateDirectory(loaded.stateDirectory);
  yield* await checkServers(loaded, signal);
}

function showFinding({ name, status, detail, fix }: DoctorFinding, { out }: Terminal): void {
  const { colors } = out;
  const marks = { ok: colors.green("ok     "), warning: colors.yellow("warning"), problem: colors.red("problem") };
  out.write(`${marks[status]}  ${colors.bold(plainText(name))}: ${plainText(detail)}\n`);
  if (fix !== undefined) out.write(`         ${colors.dim("do:")} ${plainText(fix)}\n`);
}
