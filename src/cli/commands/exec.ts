import { defined } from "../../base/defined.ts";
import { Command, Option } from "commander";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { ExecutionResult } from "../../runs/result.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { languageOption } from "../guest-language.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { type ProgramInput, readProgram } from "../exec/program-input.ts";
import { detachedName, outlive, startDetached } from "../exec/detached-run.ts";
import { createRunDisplay, type RunDisplay } from "../exec/run-display.ts";
import { parsePositiveSeconds } from "../option-parsers.ts";
import { processApprover } from "../approvals/terminal-approver.ts";
import { withRuns } from "../runs/with-runs.ts";
import { showServerProgress } from "../server-progress.ts";
import { UsageError } from "../usage-error.ts";

interface ExecCommandOptions extends CommonOptions {
  readonly eval?: string;
  readonly language?: GuestLanguage;
  readonly session?: string;
  readonly timeout?: number;
  /** False for `--no-check`. */
  readonly check: boolean;
  readonly events?: boolean;
  readonly readOnly?: boolean;
  readonly preview?: boolean;
  readonly background?: boolean;
  readonly retryOf?: string;
  readonly args: readonly string[];
}

/** `codemode exec`: runs one program in a sandbox, with the configured tools. */
export function execCommand(context: CommandContext): Command {
  const command = new Command("exec")
    .description("run a program that composes tools, in a sandbox")
    .argument("[file]", "file of the program; - or nothing reads what is piped in")
    .argument("[args...]", "after --: arguments of the program, sys.argv in Python and argv in TypeScript")
    .option("-e, --eval <code>", "the program itself")
    .addOption(languageOption("language of the program (default: from the file extension, else typescript)"))
    .option(
      "--session <name>",
      "name of the session; programs of one session share variables, also from one command to the next",
    )
    .option("--timeout <seconds>", "maximum time for the program (default: the limit timeMs, 30)", parsePositiveSeconds)
    .option("--no-check", "skip the type check")
    .option("--read-only", "let only tools through that are marked read-only")
    .option("--preview", "call what reads, and list the other calls instead of making them")
    .option("--background", "print the id of the run at once and let it go on: runs tail and runs show follow it")
    .option("--retry-of <run>", "do not repeat the writes that this failed run completed: give their recorded results")
    .addOption(
      new Option("--events", "print what happens as it happens: one JSON line for each event").conflicts([
        "json",
        "background",
      ]),
    )
    .action((file: string | undefined, args: readonly string[], options: ExecCommandOptions) => {
      const words = file === undefined ? [] : [file, ...args];
      // What stands after -- is never the file.
      const isNamed = words.length > context.wordsPassedOn;
      return exec(isNamed ? file : undefined, { ...options, args: isNamed ? args : words }, context);
    });
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
  const program = await readProgram({ file, eval: options.eval, language: options.language }, context);
  const argv = options.args.length === 0 ? {} : { argv: [detachedName() ?? file ?? "", ...options.args] };
  const format = options.json === true ? "document" : options.events === true ? "events" : "people";
  const display = createRunDisplay({ format, code: program.code }, context);
  if (options.background === true) {
    const started = await startDetached(detachedWords(options, program), { ...program, file });
    return typeof started === "number" ? context.finish(started === 2 ? 2 : 1) : display.finish(started);
  }
  if (detachedName() !== undefined) {
    return withRuns(options, context, async (executor) => {
      assertLasting(executor);
      const run = await execute(executor, { ...program, ...argv }, { options, context, display });
      await outlive(executor, run, context.signal);
    });
  }
  const run = await withRuns(options, context, (executor) =>
    execute(executor, { ...program, ...argv }, { options, context, display }),
  );
  display.finish(run);
}

/** What goes on in the background has to be found by the commands that come after this one. */
function assertLasting({ runs }: CodeModeExecutor): void {
  if (runs.isLasting) return;
  throw new UsageError("Runs are not kept here, so none can go on in the background.", "Leave store.journal out.");
}

/** The words of the command that makes the run, and reads the program from its input. */
function detachedWords(
  { config, session, timeout, check, readOnly, preview, retryOf, args }: ExecCommandOptions,
  { language }: ProgramInput,
): readonly string[] {
  const given = {
    "--config": config,
    "--session": session,
    "--timeout": timeout === undefined ? undefined : String(timeout / 1_000),
    "--no-check": !check,
    "--read-only": readOnly,
    "--preview": preview,
    "--retry-of": retryOf,
  };
  const words = Object.entries(given).flatMap(([name, value]) =>
    typeof value === "string" ? [name, value] : value === true ? [name] : [],
  );
  return ["exec", "-", "--language", language, ...words, "--", ...args];
}

async function execute(
  executor: CodeModeExecutor,
  { code, language, argv }: ProgramInput & { readonly argv?: readonly string[] },
  {
    options,
    context,
    display,
  }: { readonly options: ExecCommandOptions; readonly context: CommandContext; readonly display: RunDisplay },
): Promise<ExecutionResult> {
  const { hooks = [], onEvent } = display.listening;
  const { registry } = executor;
  const words = new Set(code.match(/[\w-]+/g));
  const servers = registry.catalog().servers.filter(({ name, identifier }) => words.has(name) || words.has(identifier));
  const stop = showServerProgress(
    registry,
    context.terminal,
    servers.map(({ name }) => name),
  );
  const isForPeople = options.json !== true && options.events !== true;
  const onApproval = isForPeople ? processApprover(context, executor) : undefined;
  try {
    return await executor.execute(code, {
      language,
      ...defined({ argv }),
      signal: context.signal,
      hooks: [{ onOutput: stop }, hooks].flat(),
      ...defined({ onEvent, onApproval, sessionId: options.session, timeoutMs: options.timeout }),
      ...defined({ readOnly: options.readOnly, preview: options.preview, retryOf: options.retryOf }),
      background: detachedName() !== undefined,
      ...(options.check ? {} : { typeCheck: false }),
    });
  } finally {
    stop();
  }
}
