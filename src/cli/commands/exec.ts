import { Command, Option } from "commander";
import type { Codemode } from "../../execution/create-codemode.ts";
import type { ExecutionResult, ExecutionStatus } from "../../execution/result.ts";
import { GUEST_LANGUAGES, type GuestLanguage } from "../guest-language.ts";
import { type CommandContext, type CommonOptions, completeCommand, type ExitStatus } from "../command-context.ts";
import { type ProgramInput, readProgram } from "../exec/program-input.ts";
import { showRun } from "../exec/show-run.ts";
import { withCodemode } from "../open-configured.ts";
import { parsePositiveSeconds } from "../option-parsers.ts";
import { showServerProgress } from "../server-progress.ts";
import { UsageError } from "../usage-error.ts";
import { writeJson } from "../write-json.ts";

interface ExecCommandOptions extends CommonOptions {
  readonly eval?: string;
  readonly language?: GuestLanguage;
  readonly session?: string;
  readonly timeout?: number;
  /** False for `--no-check`. */
  readonly check: boolean;
  readonly args: readonly string[];
}

const STATUS: Readonly<Record<ExecutionStatus, ExitStatus>> = { completed: 0, failed: 1, cancelled: 1, suspended: 3 };

/** `codemode exec`: runs one program in a sandbox, with the configured tools. */
export function execCommand(context: CommandContext): Command {
  const command = new Command("exec")
    .description("run a program that composes tools, in a sandbox")
    .argument("[file]", "file of the program; - or nothing reads what is piped in")
    .argument("[args...]", "after --: arguments of the program, sys.argv in Python and argv in TypeScript")
    .option("-e, --eval <code>", "the program itself")
    .addOption(
      new Option(
        "--language <language>",
        "language of the program (default: by the ending of the file, else typescript)",
      ).choices(GUEST_LANGUAGES),
    )
    .option(
      "--session <name>",
      "name of the session; sessions live as long as the process, so this matters to servers only",
    )
    .option(
      "--timeout <seconds>",
      "most time the program may take (default: the limit timeMs, 30)",
      parsePositiveSeconds,
    )
    .option("--no-check", "skip the type check")
    .action((file: string | undefined, args: readonly string[], options: ExecCommandOptions) =>
      exec(file, { ...options, args }, context),
    );
  return completeCommand(command, {
    json: true,
    examples: [
      "codemode exec -e '[1, 2, 3].map((n) => n * 2)'",
      "codemode exec report.py --timeout 120",
      `echo 'await filesystem.list_allowed_directories({})' | codemode exec --json`,
    ],
  });
}

async function exec(file: string | undefined, options: ExecCommandOptions, context: CommandContext): Promise<void> {
  if (options.args.length > context.wordsPassedOn)
    throw new UsageError("too many arguments: one file can be run.", "Arguments of the program stand after --.");
  const program = await readProgram({ file, eval: options.eval, language: options.language });
  const argv = options.args.length === 0 ? {} : { argv: [file ?? "", ...options.args] };
  const run = await withCodemode(options, (codemode) =>
    execute(codemode, { ...program, ...argv }, { options, context }),
  );
  finishRun(run, { code: program.code, json: options.json === true }, context);
}

/** Shows a run, or prints it as one document, and ends with its status. */
export function finishRun(
  run: ExecutionResult,
  { code, json }: { readonly code: string; readonly json: boolean },
  context: CommandContext,
): void {
  if (json) writeJson(context.terminal, toDocument(run));
  else showRun(run, code, context.terminal);
  context.finish(STATUS[run.status]);
}

async function execute(
  { registry, executor }: Codemode,
  { code, language, argv }: ProgramInput & { readonly argv?: readonly string[] },
  { options, context }: { readonly options: ExecCommandOptions; readonly context: CommandContext },
): Promise<ExecutionResult> {
  const { referencedServers } = await import("../../execution/referenced-servers.ts");
  const stop = showServerProgress(registry, context.terminal, referencedServers(code, registry.catalog()));
  try {
    return await executor.execute(code, {
      language,
      ...(argv === undefined ? {} : { argv }),
      signal: context.signal,
      ...(options.session === undefined ? {} : { sessionId: options.session }),
      ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
      ...(options.check ? {} : { typeCheck: false }),
    });
  } finally {
    stop();
  }
}

/** The run as documented; what it handed on with `emit` is added when there is any. */
function toDocument(run: ExecutionResult): Record<string, unknown> {
  const { runId, status, value, stdout, stderr, error, notes, toolCalls, artifacts, pending, durationMs, content } =
    run;
  const emitted = content.length === 0 ? {} : { content };
  return { runId, status, value, stdout, stderr, error, notes, toolCalls, artifacts, pending, durationMs, ...emitted };
}
