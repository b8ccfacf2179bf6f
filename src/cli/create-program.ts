import { Command } from "commander";
import type { CommandContext } from "./command-context.ts";
import { agentCommand } from "./commands/agent.ts";
import { authCommand } from "./commands/auth.ts";
import { callCommand } from "./commands/call.ts";
import { demoCommand } from "./commands/demo.ts";
import { describeCommand } from "./commands/describe.ts";
import { doctorCommand } from "./commands/doctor.ts";
import { execCommand } from "./commands/exec.ts";
import { generateCommand } from "./commands/generate.ts";
import { importCommand } from "./commands/clients/import.ts";
import { installCommand, uninstallCommand } from "./commands/clients/install.ts";
import { promptCommand } from "./commands/prompt.ts";
import { artifactsCommand } from "./commands/artifacts.ts";
import { observedCommand } from "./commands/observed.ts";
import { runsCommand } from "./commands/runs.ts";
import { sessionsCommand } from "./runs/sessions-command.ts";
import { promptsCommand, resourcesCommand } from "./commands/server-content.ts";
import { searchCommand } from "./commands/search.ts";
import { serveCommand } from "./commands/serve.ts";
import { serversCommand } from "./commands/servers.ts";
import { setupCommand } from "./commands/clients/setup.ts";
import { skillsCommand } from "./commands/skills.ts";
import { toolsCommand } from "./commands/tools.ts";
import { downCommand, statusCommand, upCommand } from "./commands/up.ts";
import { packageVersion } from "../host/package-version.ts";

const COMMANDS: readonly ((context: CommandContext) => Command)[] = [
  serveCommand,
  agentCommand,
  execCommand,
  searchCommand,
  toolsCommand,
  describeCommand,
  callCommand,
  serversCommand,
  resourcesCommand,
  promptsCommand,
  authCommand,
  generateCommand,
  skillsCommand,
  runsCommand,
  sessionsCommand,
  artifactsCommand,
  observedCommand,
  setupCommand,
  importCommand,
  installCommand,
  uninstallCommand,
  upCommand,
  downCommand,
  statusCommand,
  promptCommand,
  doctorCommand,
  demoCommand,
];

const EXAMPLES = `
Examples:
  $ codemode demo
  $ codemode search "read a file"
  $ codemode exec -e '(await filesystem.read_text_file({ path: "notes.md" })).length'
  $ codemode serve

Exit status: 0 done, 1 failed or cancelled, 2 wrong usage or configuration, 3 suspended.`;

/** The whole command line. Problems of usage are thrown; what the parser says about them goes to `explain`. */
export function createProgram(context: CommandContext, explain: (text: string) => void): Command {
  const program = new Command("codemode")
    .description("Turns MCP servers into typed functions that an agent composes in code, run in one go in a sandbox.")
    .version(packageVersion(), "-V, --version", "print the version")
    .helpOption("-h, --help", "print help for a command")
    .helpCommand("help [command]", "print help for a command")
    .addHelpText("after", EXAMPLES);
  for (const create of COMMANDS) program.addCommand(create(context));
  const commands = program.commands.flatMap((command) => [command, ...command.commands]);
  for (const command of [program, ...commands]) {
    command
      .exitOverride()
      .showSuggestionAfterError(true)
      .configureOutput({
        writeOut: (text) => context.terminal.out.write(text),
        writeErr: explain,
        outputError: () => {},
      });
    if (command !== program) command.helpOption("-h, --help", "print this help").allowExcessArguments(false);
    if (command !== program && command.commands.length > 0) command.helpCommand(false);
  }
  return program;
}
