import { Command } from "commander";
import type { Codemode } from "../../host/create-codemode.ts";
import type { DefinitionLock, ToolChange } from "../../runs/decisions/definition-lock.ts";
import { awaitServers, DEFAULT_WAIT_MS } from "../await-servers.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { withCodemode } from "../open-configured.ts";
import { parseSeconds } from "../option-parsers.ts";
import { plainText } from "../plain-text.ts";
import { showServerProgress } from "../server-progress.ts";
import type { Colors, Terminal } from "../terminal.ts";
import { UsageError } from "../usage-error.ts";
import { writeJson } from "../write-json.ts";

interface LockChoice extends CommonOptions {
  readonly wait: number;
}

/** `codemode servers lock`: keeps the definitions of all tools, and has tools called only as they are now. */
export function lockCommand(context: CommandContext): Command {
  const command = new Command("lock")
    .description("keep the definitions of the tools in codemode.lock.json; a tool that changes is not called any more")
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((_options: LockChoice, parsed: Command) => lockServers(optionsOf(parsed), context));
  return completeCommand(command, { json: true, examples: ["codemode servers lock"] });
}

/** `codemode servers accept`: takes changed definitions over into the lock file. */
export function acceptCommand(context: CommandContext): Command {
  const command = new Command("accept")
    .description("accept what has changed of a locked tool, of the tools of a server, or of all")
    .argument("[server|tool]", "a server, or a tool such as github__create_issue (default: all)")
    .option("--wait <seconds>", "time for slower servers once one is ready", parseSeconds, DEFAULT_WAIT_MS)
    .action((name: string | undefined, _options: LockChoice, parsed: Command) =>
      acceptChanges(name, optionsOf(parsed), context),
    );
  return completeCommand(command, {
    json: true,
    examples: ["codemode servers accept github", "codemode servers accept github__create_issue"],
  });
}

/** The options of a part, which the command before it may have taken for its own. */
function optionsOf(parsed: Command): LockChoice {
  return parsed.optsWithGlobals<LockChoice>();
}

/** Changes as text for a person. */
export function showChanges(changes: readonly ToolChange[], colors: Colors): string {
  return changes
    .map(({ tool, kind, difference }) => {
      const lines = difference.map(
        (line) => `  ${line.startsWith("+") ? colors.green(plainText(line)) : colors.red(plainText(line))}\n`,
      );
      return `${colors.bold(plainText(tool))} ${KINDS[kind]}\n${lines.join("")}`;
    })
    .join("");
}

const KINDS: Readonly<Record<ToolChange["kind"], string>> = {
  changed: "is not what was locked:",
  new: "was not there when its server was locked",
  gone: "was locked and is gone",
};

/** The changes among the tools of the servers that have answered. */
export function changesIn({ registry, executor: { lock } }: Codemode): readonly ToolChange[] {
  return lock?.changes(registry.wholeCatalog().tools, answeredIn(registry)) ?? [];
}

/** What a server that is not connected yet has listed before counts as well. */
const ANSWERED: ReadonlySet<string> = new Set(["ready", "idle", "cached"]);

function answeredIn(registry: Codemode["registry"]): ReadonlySet<string> {
  const answered = registry.listServers().filter(({ status }) => ANSWERED.has(status));
  return new Set(answered.map(({ name }) => name));
}

/** Uses the lock file once the servers have answered. */
async function withLock<T>(
  options: LockChoice,
  context: CommandContext,
  use: (codemode: Codemode, lock: DefinitionLock) => Promise<T>,
): Promise<T> {
  return withCodemode(options, context, async (codemode) => {
    const { registry, executor } = codemode;
    if (executor.lock === undefined)
      throw new UsageError("There is no configuration to lock the servers of.", "Name one with --config.");
    const stop = showServerProgress(registry, context.terminal);
    await awaitServers(registry, { waitMs: options.wait, signal: context.signal }).finally(stop);
    return use(codemode, executor.lock);
  });
}

async function lockServers(options: LockChoice, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const document = await withLock(options, context, async (codemode, lock) => {
    const changes = changesIn(codemode);
    const tools = codemode.registry.wholeCatalog().tools.filter(({ serverName }) => !lock.servers.has(serverName));
    if (tools.length > 0) await lock.write(tools);
    const answered = answeredIn(codemode.registry);
    const missing = codemode.registry
      .listServers()
      .filter(({ name, status }) => status !== "disabled" && !answered.has(name) && !lock.servers.has(name))
      .map(({ name }) => name);
    const servers = [...lock.servers].map(([server, locked]) => ({ server, tools: locked.size }));
    return { file: lock.file, servers, missing, changed: changes };
  });
  if (options.json === true) writeJson(terminal, document);
  else showLocked(document, terminal);
  context.finish(document.missing.length + document.changed.length === 0 ? 0 : 1);
}

function showLocked(
  {
    file,
    servers,
    missing,
    changed,
  }: {
    readonly file: string;
    readonly servers: readonly { readonly server: string; readonly tools: number }[];
    readonly missing: readonly string[];
    readonly changed: readonly ToolChange[];
  },
  { out, err }: Terminal,
): void {
  const tools = servers.reduce((sum, each) => sum + each.tools, 0);
  out.write(`${tools} tools of ${servers.length} servers are locked in ${plainText(file)}\n`);
  if (missing.length > 0) err.write(`Not locked, since they have not answered: ${plainText(missing.join(", "))}\n`);
  if (changed.length === 0) return;
  err.write(showChanges(changed, err.colors));
  err.write("These stay as they were locked. Accept them with: codemode servers accept\n");
}

async function acceptChanges(name: string | undefined, options: LockChoice, context: CommandContext): Promise<void> {
  const { terminal } = context;
  const { file, accepted } = await withLock(options, context, async (codemode, lock) => {
    if (lock.servers.size === 0) throw new UsageError("No server is locked.", "Lock them with: codemode servers lock");
    const catalog = codemode.registry.wholeCatalog();
    const known = name === undefined ? undefined : catalog.get(name);
    const tool = known?.name ?? name;
    const changes = changesIn(codemode).filter(
      (change) => name === undefined || change.server === name || change.tool === tool,
    );
    if (name !== undefined && changes.length === 0 && !lock.servers.has(name) && known === undefined)
      throw new UsageError(`There is no locked server or tool "${name}".`, "codemode servers shows what has changed.");
    const tools = catalog.tools.filter((each) => changes.some((change) => change.tool === each.name));
    if (changes.length > 0)
      await lock.write(
        tools,
        changes.filter(({ kind }) => kind === "gone"),
      );
    return { file: lock.file, accepted: changes };
  });
  if (options.json === true) return writeJson(terminal, { file, accepted });
  terminal.out.write(accepted.length === 0 ? "Nothing has changed.\n" : showChanges(accepted, terminal.out.colors));
  if (accepted.length > 0) terminal.out.write(`Accepted in ${plainText(file)}\n`);
}
