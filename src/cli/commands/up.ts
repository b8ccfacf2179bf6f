import { Command } from "commander";
import { CodemodeError } from "../../base/codemode-error.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { parsePositiveSeconds } from "../option-parsers.ts";
import type { ResidentStatus } from "../up/resident-messages.ts";
import { type ResidentPlace, residentPlace } from "../up/resident-place.ts";
import { textTable } from "../text-table.ts";
import { writeJson } from "../write-json.ts";

interface UpChoice extends CommonOptions {
  /** In milliseconds. */
  readonly idle: number;
  readonly foreground?: boolean;
}

const IDLE_MS = 30 * 60_000;

/** `codemode up`: keeps servers and sandboxes warm for the commands that follow. */
export function upCommand(context: CommandContext): Command {
  const command = new Command("up")
    .description("keep servers and sandboxes warm in a background process, which other commands then use")
    .option("--idle <seconds>", "end by itself when no command ran for this long", parsePositiveSeconds, IDLE_MS)
    .option("--foreground", "stay in this terminal until it is ended")
    .action((options: UpChoice) => up(options, context));
  const idle = command.options.find(({ long }) => long === "--idle");
  // Its default is in milliseconds.
  if (idle !== undefined) idle.defaultValueDescription = "1800";
  return completeCommand(command, { json: true, examples: ["codemode up", "codemode up --idle 600"] });
}

/** `codemode down`: ends the background process. */
export function downCommand(context: CommandContext): Command {
  const command = new Command("down")
    .description("end the background process of `codemode up`, with its servers and sandboxes")
    .action((options: CommonOptions) => down(options, context));
  return completeCommand(command, { json: true, examples: ["codemode down"] });
}

/** `codemode status`: what the background process is doing. */
export function statusCommand(context: CommandContext): Command {
  const command = new Command("status")
    .description("show the background process of `codemode up`; exit status 1 when there is none")
    .action((options: CommonOptions) => status(options, context));
  return completeCommand(command, { json: true, examples: ["codemode status --json"] });
}

async function up(options: UpChoice, context: CommandContext): Promise<void> {
  assertSockets();
  const place = await placeOf(options, context);
  const { askStatus } = await import("../up/resident-door.ts");
  const already = await askStatus(place);
  if (already !== undefined) return tellUp(options, context, { state: already, place, isNew: false });
  if (options.foreground === true) return stay(options, context, place);
  const { startResident } = await import("../up/start-resident.ts");
  const state = await startResident(place, { idleMs: options.idle, file: options.config, signal: context.signal });
  tellUp(options, context, { state, place, isNew: true });
}

async function stay({ config, idle }: UpChoice, context: CommandContext, place: ResidentPlace): Promise<void> {
  const { Resident } = await import("../up/resident.ts");
  const { directory, runLine, signal, terminal } = context;
  const file = config === undefined ? undefined : place.file;
  const resident = await Resident.start(place, { file, idleMinutes: idle / 60_000, runLine });
  terminal.err.write(`up: commands in ${directory} use this process until it ends\n`);
  const interrupted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  await Promise.race([resident.ended, interrupted]);
  await resident.close();
  context.finish(0);
}

async function down(options: CommonOptions, context: CommandContext): Promise<void> {
  assertSockets();
  const place = await placeOf(options, context);
  const { askStatus, askToEnd } = await import("../up/resident-door.ts");
  const state = await askStatus(place);
  if (state !== undefined) await askToEnd(place, state);
  const { out } = context.terminal;
  if (options.json === true) writeJson(context.terminal, { ended: state !== undefined, pid: state?.pid ?? null });
  else out.write(state === undefined ? "No background process was running.\n" : `Ended process ${state.pid}.\n`);
  context.finish(0);
}

async function status(options: CommonOptions, context: CommandContext): Promise<void> {
  assertSockets();
  const place = await placeOf(options, context);
  const { askStatus } = await import("../up/resident-door.ts");
  const state = await askStatus(place);
  if (options.json === true) writeJson(context.terminal, { up: state !== undefined, ...state });
  else if (state === undefined)
    context.terminal.out.write("No background process is running; `codemode up` starts one.\n");
  else showState(state, context);
  context.finish(state === undefined ? 1 : 0);
}

function tellUp(
  { json }: CommonOptions,
  { terminal, finish }: CommandContext,
  { state, place, isNew }: { readonly state: ResidentStatus; readonly place: ResidentPlace; readonly isNew: boolean },
): void {
  if (json === true) writeJson(terminal, { up: true, started: isNew, socket: place.socket, ...state });
  else
    terminal.out.write(
      `${isNew ? "Started" : "There is already"} process ${state.pid}, which commands use from now on; ` +
        "`codemode down` ends it.\n",
    );
  finish(0);
}

function showState(state: ResidentStatus, { terminal: { out } }: CommandContext): void {
  const { pid, startedAt, commands, running, clients, memoryBytes, servers } = state;
  out.write(
    `process ${pid}, up since ${startedAt}, ${counted(commands, "command")} (${running} running), ${counted(clients, "MCP client")}, ` +
      `${Math.round(memoryBytes / 1e6)} MB\n`,
  );
  const rows = servers.map(({ name, status: shown, tools }) => [name, shown, String(tools)]);
  if (rows.length > 0)
    out.write(
      textTable(rows, { columns: [{ title: "server" }, { title: "status" }, { title: "tools", align: "right" }] }),
    );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

function placeOf({ config }: CommonOptions, { directory }: CommandContext): Promise<ResidentPlace> {
  return residentPlace({ file: config, directory });
}

function assertSockets(): void {
  if (process.platform !== "win32") return;
  throw new CodemodeError("config_error", "There is no background process on Windows yet.", {
    hint: "Every command works without it.",
  });
}
