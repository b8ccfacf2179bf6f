import { Command } from "commander";
import { CodemodeError } from "../../base/codemode-error.ts";
import { type ArtifactStore, summarizeArtifact } from "../../runs/artifacts/artifact-store.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import { withCodemode } from "../open-configured.ts";
import { parseCount } from "../option-parsers.ts";
import { plainLine } from "../plain-text.ts";
import { writeProgramText } from "../exec/show-run.ts";
import { textTable } from "../text-table.ts";
import { UsageError } from "../usage-error.ts";
import { writeJson } from "../write-json.ts";

interface ArtifactSelection extends CommonOptions {
  readonly limit: number;
}

/** `codemode artifacts …`: long results that were kept in the state directory. */
export function artifactsCommand(context: CommandContext): Command {
  const command = new Command("artifacts").description("list, show, search and export long results that were kept");
  for (const part of [list, show, search, exportText]) command.addCommand(part(context));
  return command;
}

function list(context: CommandContext): Command {
  const command = new Command("list")
    .description("list artifacts, newest first")
    .option("--limit <n>", "maximum number of artifacts", parseCount, 20)
    .action((options: ArtifactSelection) => listArtifacts(options, context));
  return completeCommand(command, { json: true, examples: ["codemode artifacts list --limit 5"] });
}

function show(context: CommandContext): Command {
  const command = ofOne("show", "show what an artifact is and how it begins").action(
    async (id: string, options: CommonOptions) => {
      const shown = await withArtifacts(options, context, (store) => describe(store.get(id)));
      const { terminal } = context;
      if (options.json === true) return writeJson(terminal, shown);
      terminal.out.write(
        `${shown.id} · ${shown.mimeType} · ${shown.bytes} bytes · ${shown.path ?? ""}\n\n${shown.preview}\n`,
      );
    },
  );
  return completeCommand(command, { json: true, examples: ["codemode artifacts show art_0123456789ab"] });
}

function search(context: CommandContext): Command {
  const command = new Command("search")
    .description("find artifacts by words in them, best first")
    .argument("<words...>", "words that stand in it")
    .option("--limit <n>", "maximum number of artifacts", parseCount, 10)
    .action((words: readonly string[], options: ArtifactSelection) =>
      searchArtifacts(words.join(" "), options, context),
    );
  return completeCommand(command, { json: true, examples: ["codemode artifacts search overdue invoice"] });
}

function exportText(context: CommandContext): Command {
  const command = ofOne("export", "print the whole text of an artifact").action(
    async (id: string, options: CommonOptions) => {
      writeProgramText(context.terminal.out, await withArtifacts(options, context, (store) => store.get(id).text));
    },
  );
  return completeCommand(command, {
    json: false,
    examples: ["codemode artifacts export art_0123456789ab > result.json"],
  });
}

function ofOne(name: string, description: string): Command {
  return new Command(name).description(description).argument("<id>", "id of the artifact");
}

async function listArtifacts(options: ArtifactSelection, context: CommandContext): Promise<void> {
  const all = await withArtifacts(options, context, (store) => store.list().map(describe).reverse());
  const artifacts = all.slice(0, options.limit);
  const { out, err } = context.terminal;
  if (options.json === true) return writeJson(context.terminal, { artifacts, total: all.length });
  if (all.length === 0) return err.write("No artifacts are kept here.\n");
  const columns = [
    { title: "ARTIFACT" },
    { title: "TYPE" },
    { title: "BYTES", align: "right" as const },
    { title: "BEGINS" },
  ];
  const rows = artifacts.map(({ id, mimeType, bytes, preview }) => [id, mimeType, String(bytes), plainLine(preview)]);
  out.write(textTable(rows, { columns, width: out.columns, titleStyle: out.colors.dim }));
  const left = all.length - artifacts.length;
  if (left > 0) err.write(err.colors.dim(`${left} more; --limit shows more of them\n`));
}

async function searchArtifacts(query: string, options: ArtifactSelection, context: CommandContext): Promise<void> {
  const artifacts = await withArtifacts(options, context, (store) => store.search(query, options.limit));
  const { out, err } = context.terminal;
  if (options.json === true) return writeJson(context.terminal, { artifacts });
  if (artifacts.length === 0) return err.write("No artifact has these words.\n");
  for (const { id, snippet } of artifacts) out.write(`${out.colors.bold(id)}  ${plainLine(snippet)}\n`);
}

const describe = summarizeArtifact;

async function withArtifacts<Result>(
  options: CommonOptions,
  context: CommandContext,
  work: (store: ArtifactStore) => Promise<Result> | Result,
): Promise<Result> {
  try {
    const result = await withCodemode(options, context, async ({ executor }) => ({
      of: await work(executor.artifacts),
    }));
    context.finish(0);
    return result.of;
  } catch (thrown) {
    if (!CodemodeError.is(thrown) || thrown.code !== "invalid_arguments") throw thrown;
    throw new UsageError(thrown.message, thrown.details.hint);
  }
}
