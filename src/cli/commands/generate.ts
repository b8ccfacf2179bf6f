import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { Command } from "commander";
import type { Codemode } from "../../host/create-codemode.ts";
import type { GenerateOptions } from "../../host/generate-bindings.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";
import type { GuestLanguage } from "../../engines/engine.ts";
import { GUEST_LANGUAGES, languageOption } from "../guest-language.ts";
import { listServersInTime } from "../listed-servers.ts";
import { withCodemode } from "../open-configured.ts";
import { plainText } from "../plain-text.ts";
import type { Terminal } from "../terminal.ts";
import { writeJson } from "../write-json.ts";
import type { WrittenTree } from "../generate/write-tree.ts";

interface GenerateCommandOptions extends CommonOptions {
  readonly out: string;
  readonly language: GuestLanguage | "all";
}

/** `codemode generate`: typed bindings of the configured servers and skills, as files. */
export function generateCommand(context: CommandContext): Command {
  const command = new Command("generate")
    .description("write typed bindings of the configured servers and skills to a folder")
    .option("--out <dir>", "folder to write to", "generated")
    .addOption(languageOption("language of the bindings", ["all"]).default("typescript"))
    .action((options: GenerateCommandOptions) => generate(options, context));
  return completeCommand(command, {
    json: true,
    examples: ["codemode generate", "codemode generate --language all --out src/generated"],
  });
}

async function generate(options: GenerateCommandOptions, context: CommandContext): Promise<void> {
  const { out: directory, language, config } = options;
  const { generateBindings } = await import("../../host/generate-bindings.ts");
  const { writeTree } = await import("../generate/write-tree.ts");
  const languages = language === "all" ? GUEST_LANGUAGES : [language];
  const { tree, failed } = await withCodemode(options, context, async (codemode) => {
    const { reports } = await listServersInTime(codemode, context, { waitMs: Number.POSITIVE_INFINITY });
    const missing = reports.filter(({ status }) => status === "failed" || status === "needs_login");
    const place = config === undefined ? {} : { configFile: resolve(config) };
    const { files, kept } = generateBindings(codemode.registry.catalog(), {
      languages,
      ...place,
      ...(await configuredSkills(codemode)),
      hasModule: (path) => existsSync(join(directory, path)),
    });
    // What an earlier run wrote for a server that cannot be reached now, or for another language, is still good.
    const mayRemove = (path: string): boolean =>
      missing.length === 0 && !kept.has(path) && languages.some((each) => ENDINGS[each].test(path));
    const done = await writeTree(directory, files, mayRemove);
    return { tree: { ...done, kept: [...kept] }, failed: missing.length };
  });
  if (options.json === true) writeJson(context.terminal, { out: directory, ...tree });
  else showTree(tree, directory, context.terminal);
  context.finish(failed === 0 ? 0 : 1);
}

interface ShownTree extends WrittenTree {
  /** Modules of an earlier generation whose servers cannot be reached now. */
  readonly kept: readonly string[];
}

async function configuredSkills({ executor }: Codemode): Promise<Pick<GenerateOptions, "skills">> {
  if (!executor.skills.isConfigured) return {};
  const { skills } = await executor.skills.list();
  return { skills };
}

const ENDINGS: Readonly<Record<GuestLanguage, RegExp>> = { typescript: /\.[mc]?[jt]s$/, python: /\.pyi?$/ };

function showTree({ written, unchanged, removed, kept }: ShownTree, directory: string, { out, err }: Terminal): void {
  const { colors } = out;
  for (const path of written) out.write(`${colors.green("wrote")}   ${plainText(`${directory}/${path}`)}\n`);
  for (const path of removed) out.write(`${colors.red("removed")} ${plainText(`${directory}/${path}`)}\n`);
  for (const path of kept) {
    out.write(`${colors.yellow("kept")}    ${plainText(`${directory}/${path}`)}, since its server is not available\n`);
  }
  err.write(err.colors.dim(`${written.length} written, ${unchanged.length} unchanged, ${removed.length} removed\n`));
}
