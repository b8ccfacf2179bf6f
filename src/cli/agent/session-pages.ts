import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Codemode } from "../../host/create-codemode.ts";
import { cutText, plainLine } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import { textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";
import type { Conversation } from "../../agent/conversation.ts";
import { loadModel } from "../../agent/model/load-model.ts";
import { chooseModel } from "../../agent/model/model-choice.ts";
import { COMMAND_HELP } from "./session-commands.ts";

const TOOLS_FOUND = 10;

/** Lists what a person may ask of the session. */
export function showHelp({ out }: Terminal): void {
  const width = Math.max(...COMMAND_HELP.map(([command]) => command.length));
  for (const [command, does] of COMMAND_HELP) out.write(`${out.colors.cyan(command.padEnd(width))}  ${does}\n`);
  out.write("Anything else is a request. A line that ends with \\ continues on the next one.\n");
}

/** Lists the tools of the servers; with words those that fit, best first. */
export function showTools({ registry }: Codemode, words: string, { out }: Terminal): void {
  const tools = words === "" ? registry.listTools() : registry.searchTools(words, { limit: TOOLS_FOUND }).tools;
  const columns = process.stdout.columns > 0 ? process.stdout.columns : 80;
  for (const { name, description } of tools) {
    const text = plainLine(`${name}  ${description}`);
    out.write(`${cutText(text, columns - 1)}\n`);
  }
  if (tools.length === 0) out.write(words === "" ? "There are no tools.\n" : "No tools match.\n");
}

/** Lists the servers. */
export function showServers({ registry }: Codemode, { out }: Terminal): void {
  const rows = registry
    .listServers()
    .map(({ name, status, toolCount, error }) => [name, status, String(toolCount), error ?? ""]);
  if (rows.length === 0) out.write("No server is configured.\n");
  const columns = process.stdout.columns > 0 ? process.stdout.columns : 80;
  out.write(
    textTable(rows, {
      width: columns,
      titleStyle: out.colors.dim,
      columns: [{ title: "SERVER" }, { title: "STATUS" }, { title: "TOOLS", align: "right" }, { title: "ERROR" }],
    }),
  );
}

/** Changes the model when one is named, and says which one is asked. */
export async function changeModel(
  conversation: Conversation,
  model: string | undefined,
  { out }: Terminal,
): Promise<void> {
  if (model !== undefined) conversation.useModel(await loadModel(chooseModel(model, process.env)));
  out.write(`model ${conversation.model.label}\n`);
}

/** Writes the conversation to a new file. Throws {@link UsageError} when the file exists or cannot be written. */
export async function saveConversation(
  { messages, model }: Conversation,
  wanted: string | undefined,
  { out }: Terminal,
): Promise<void> {
  const file = resolve(wanted ?? `conversation-${new Date().toISOString().replace(/[:.]/g, "-")}.json`);
  try {
    await writeFile(file, `${JSON.stringify({ model: model.label, messages }, null, 2)}\n`, { flag: "wx" });
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : "unknown reason";
    throw new UsageError(`The conversation could not be saved: ${reason}.`, "Name a file that does not exist yet.");
  }
  out.write(`saved ${file}\n`);
}
