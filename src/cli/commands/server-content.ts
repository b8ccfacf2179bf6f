import { Command } from "commander";
import { isRecord } from "../../base/is-record.ts";
import type { Codemode } from "../../host/create-codemode.ts";
import type { SourceRequest } from "../../sources/source.ts";
import { LIST_FIELDS } from "../../sources/source.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { argumentsFrom } from "../json-arguments.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { plainLine } from "../plain-text.ts";
import { showValue } from "../show-value.ts";
import { textTable } from "../text-table.ts";
import { writeJson } from "../write-json.ts";
import { DEFAULT_WAIT_MS } from "../await-servers.ts";

type ListMethod = Extract<SourceRequest["method"], keyof typeof LIST_FIELDS>;
type Item = Readonly<Record<string, unknown>>;

/** `codemode resources`: what servers let read. */
export function resourcesCommand(context: CommandContext): Command {
  const command = new Command("resources").description("list and read the resources of servers");
  const list = new Command("list")
    .description("list resources")
    .argument("[server]", "only of this server")
    .action((server: string | undefined, options: CommonOptions) =>
      showList({ method: "resources/list", columns: ["uri", "name", "mimeType"], server }, options, context),
    );
  const read = new Command("read")
    .description("read a resource")
    .argument("<server>", "name of the server")
    .argument("<uri>", "address of the resource, as the list has it")
    .action(async (server: string, uri: string, options: CommonOptions) => {
      const contents = await ask({ name: `${server}__resources/read`, args: { uri } }, options, context);
      if (options.json === true) writeJson(context.terminal, { contents });
      else showContents(contents, context);
    });
  command.addCommand(completeCommand(list, { json: true, examples: ["codemode resources list docs"] }));
  command.addCommand(completeCommand(read, { json: true, examples: ["codemode resources read docs docs://readme"] }));
  return command;
}

/** Arguments of a prompt are texts. */
const TEXTS = { type: "object", properties: {}, additionalProperties: { type: "string" } };

/** `codemode prompts`: texts that servers have ready. */
export function promptsCommand(context: CommandContext): Command {
  const command = new Command("prompts").description("list and render the prompts of servers");
  const list = new Command("list")
    .description("list prompts")
    .argument("[server]", "only of this server")
    .action((server: string | undefined, options: CommonOptions) =>
      showList({ method: "prompts/list", columns: ["name", "description"], server }, options, context),
    );
  const get = new Command("get")
    .description("render a prompt")
    .argument("<server>", "name of the server")
    .argument("<name>", "name of the prompt")
    .argument("[arguments...]", "its arguments as a JSON object, or each as name=value")
    .action(async (...given: readonly [server: string, name: string, words: readonly string[], CommonOptions]) => {
      const [server, name, words, options] = given;
      const args = { name, arguments: argumentsFrom(words).under(TEXTS) };
      const prompt = await ask({ name: `${server}__prompts/get`, args }, options, context);
      if (options.json === true) writeJson(context.terminal, prompt);
      else showValue(prompt, context.terminal.out);
    });
  command.addCommand(completeCommand(list, { json: true, examples: ["codemode prompts list"] }));
  command.addCommand(
    completeCommand(get, { json: true, examples: [`codemode prompts get docs summarise '{ "style": "short" }'`] }),
  );
  return command;
}

function ask(
  { name, args }: { readonly name: string; readonly args: Readonly<Record<string, unknown>> },
  options: CommonOptions,
  context: CommandContext,
): Promise<unknown> {
  const { signal } = context;
  return withCodemode(options, context, ({ executor }) => executor.callTool(name, args, { signal }));
}

interface WantedList {
  readonly method: ListMethod;
  readonly columns: readonly string[];
  readonly server: string | undefined;
}

async function showList(wanted: WantedList, options: CommonOptions, context: CommandContext): Promise<void> {
  const items = await withCodemode(options, context, (codemode) => collect(codemode, wanted, context));
  const { terminal } = context;
  if (options.json === true) return writeJson(terminal, { [LIST_FIELDS[wanted.method]]: items });
  const columns = ["server", ...wanted.columns];
  const rows = items.map((item) => columns.map((column) => cellOf(item[column])));
  const { columns: width, colors } = terminal.out;
  const titles = columns.map((column) => ({ title: column.toUpperCase() }));
  terminal.out.write(textTable(rows, { width, titleStyle: colors.dim, columns: titles }));
  return undefined;
}

async function collect(codemode: Codemode, wanted: WantedList, context: CommandContext): Promise<readonly Item[]> {
  const { method, server } = wanted;
  const { registry } = codemode;
  const listed = await listServersInTime(codemode, context, { waitMs: DEFAULT_WAIT_MS, server });
  const names = listed.server === undefined ? listed.reports.filter(isUsable).map(({ name }) => name) : [listed.server];
  const lists = names.map(async (name) => {
    const found = (await registry.ask(name, { method }, { signal: context.signal }))[LIST_FIELDS[method]];
    const items: readonly unknown[] = Array.isArray(found) ? found : [];
    return items.map((item) => Object.assign({ server: name }, typeof item === "object" ? item : {}));
  });
  return (await Promise.all(lists)).flat();
}

function cellOf(value: unknown): string {
  return typeof value === "string" ? plainLine(value) : "-";
}

function isUsable({ status }: { readonly status: string }): boolean {
  return status === "ready" || status === "cached";
}

/** Texts are printed as they are where they are piped on; bytes only by their size. */
function showContents(contents: unknown, { terminal }: CommandContext): void {
  const parts: readonly unknown[] = Array.isArray(contents) ? contents : [];
  for (const { text, blob, uri } of parts.filter(isRecord)) {
    if (typeof text === "string") showValue(text, terminal.out);
    else if (typeof blob === "string") {
      const bytes = Buffer.byteLength(blob, "base64");
      terminal.err.write(`${plainLine(String(uri))}: ${bytes} bytes; --json prints them as base64\n`);
    }
  }
}
