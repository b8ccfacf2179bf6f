import { Command, Option } from "commander";
import type { ToolSet } from "../../execution/configuration/configuration.ts";
import type { CodemodeSource } from "../../server/served-tools.ts";
import { type CommandContext, type CommonOptions, completeCommand } from "../command-context.ts";

interface ServeCommandOptions extends CommonOptions {
  readonly http?: string;
  readonly token?: string;
  readonly tools?: ToolSet;
}

/** `codemode serve`: our own MCP server, over stdio or HTTP. */
export function serveCommand(context: CommandContext): Command {
  const command = new Command("serve")
    .description("serve the configured tools as one MCP server, over stdio unless --http is given")
    .option("--http <host:port>", "serve HTTP at /mcp instead, such as 127.0.0.1:8080")
    .option("--token <token>", "bearer token that HTTP clients must present")
    .addOption(
      new Option("--tools <set>", "which of our tools to offer (default: standard)").choices([
        "minimal",
        "standard",
        "full",
      ]),
    )
    .action((options: ServeCommandOptions) => serve(options, context));
  return completeCommand(command, {
    json: false,
    examples: [
      "codemode serve",
      "codemode serve --tools minimal",
      'codemode serve --http 127.0.0.1:8080 --token "$TOKEN"',
    ],
  });
}

async function serve(options: ServeCommandOptions, { finish }: CommandContext): Promise<void> {
  const { loadConfiguration } = await import("../../execution/configuration/load-configuration.ts");
  // Read before anything is served, so that a mistake in it ends the command with a message instead of every request.
  const loaded = loadConfiguration({ file: options.config });
  const { runUntilStopped } = await import("../../server/run-until-stopped.ts");
  const source: CodemodeSource = async () => {
    const { composeLoaded } = await import("../../execution/create-codemode.ts");
    return composeLoaded(loaded);
  };
  const { serveStdio } = await import("../../server/serve-stdio.ts");
  await runUntilStopped(serveStdio(source, options.tools === undefined ? {} : { set: options.tools }));
  finish(0);
}
