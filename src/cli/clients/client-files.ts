import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Names of the clients whose files are read and written, in the order in which one goes before another. */
export const CLIENT_NAMES = [
  "claude-code",
  "claude-desktop",
  "cursor",
  "vscode",
  "windsurf",
  "codex",
  "gemini-cli",
  "opencode",
  "copilot-cli",
  "zed",
  "mcporter",
] as const;

/** Name of a client. */
export type ClientName = (typeof CLIENT_NAMES)[number];

/** Reach of a setting of a client: one project, or all of a person's. */
export type ClientScopeName = "project" | "user";

/** Machine and folder in which files of clients are looked for. */
export interface ClientSurroundings {
  /** Folder of the project. */
  readonly folder: string;
  readonly home: string;
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
}

/** How a program is started. */
interface StartCommand {
  readonly command: string;
  readonly args: readonly string[];
}

/** Where a client keeps its servers, and in which form. */
interface ClientFiles {
  readonly format: "json" | "toml";
  /** Key of the map of servers at the top of its files. */
  readonly root: string;
  /** Files that may hold the servers of a project; the first that exists is used, or the first of all. */
  readonly project?: (surroundings: ClientSurroundings) => readonly string[];
  /** The same for those of a person. */
  readonly user: (surroundings: ClientSurroundings) => readonly string[];
  /** Files beside them with what a person allowed and switched off, the strongest first. */
  readonly settings?: (surroundings: ClientSurroundings) => readonly string[];
  /** An entry that starts a local program, in the client's own form. */
  readonly entry: (start: StartCommand) => Readonly<Record<string, unknown>>;
  /** Spelling of a variable in this client as `${NAME}`; texts without one stay unchanged. */
  readonly variables?: (text: string) => string;
  /** Fields that switch a server off without taking it out of the file. */
  readonly off?: Readonly<Record<string, boolean>>;
}

const plainEntry: ClientFiles["entry"] = ({ command, args }) => ({ command, args });

/** Files and form of each client. */
export const CLIENTS: Readonly<Record<ClientName, ClientFiles>> = {
  "claude-code": {
    format: "json",
    root: "mcpServers",
    project: ({ folder }) => [join(folder, ".mcp.json")],
    user: ({ home, environment }) => [join(environment["CLAUDE_CONFIG_DIR"] ?? home, ".claude.json")],
    settings: ({ folder, home, environment }) => [
      join(folder, ".claude", "settings.local.json"),
      join(folder, ".claude", "settings.json"),
      join(environment["CLAUDE_CONFIG_DIR"] ?? join(home, ".claude"), "settings.json"),
    ],
    // Its tools would otherwise be hidden behind a search; a server's own wish has no effect there.
    entry: ({ command, args }) => ({ type: "stdio", command, args, alwaysLoad: true }),
  },
  "claude-desktop": {
    format: "json",
    root: "mcpServers",
    user: (surroundings) => [join(applicationData(surroundings), "Claude", "claude_desktop_config.json")],
    entry: plainEntry,
  },
  cursor: {
    format: "json",
    root: "mcpServers",
    project: ({ folder }) => [join(folder, ".cursor", "mcp.json")],
    user: ({ home }) => [join(home, ".cursor", "mcp.json")],
    settings: ({ folder, home }) => [join(folder, ".cursor", "cli.json"), join(home, ".cursor", "cli-config.json")],
    entry: plainEntry,
    off: { disabled: true },
  },
  vscode: {
    format: "json",
    root: "servers",
    project: ({ folder }) => [join(folder, ".vscode", "mcp.json")],
    user: (surroundings) =>
      ["Code", "Code - Insiders"].map((name) => join(applicationData(surroundings), name, "User", "mcp.json")),
    entry: ({ command, args }) => ({ type: "stdio", command, args }),
  },
  windsurf: {
    format: "json",
    root: "mcpServers",
    user: ({ home }) => ["windsurf", "windsurf-next"].map((name) => join(home, ".codeium", name, "mcp_config.json")),
    entry: plainEntry,
    off: { disabled: true },
  },
  codex: {
    format: "toml",
    root: "mcp_servers",
    project: ({ folder }) => [join(folder, ".codex", "config.toml")],
    user: ({ home, environment }) => [join(environment["CODEX_HOME"] ?? join(home, ".codex"), "config.toml")],
    // It would ask its model before our list of tools is there.
    entry: ({ command, args }) => ({ command, args, required: true }),
    off: { enabled: false },
  },
  "gemini-cli": {
    format: "json",
    root: "mcpServers",
    project: ({ folder }) => [join(folder, ".gemini", "settings.json")],
    user: ({ home }) => [join(home, ".gemini", "settings.json")],
    entry: plainEntry,
    variables: (text) => text.replaceAll(/\$([A-Za-z_][A-Za-z0-9_]*)/g, "${$1}"),
  },
  opencode: {
    format: "json",
    root: "mcp",
    project: ({ folder }) => either(folder, "opencode"),
    user: ({ home, environment }) =>
      environment["OPENCODE_CONFIG"] === undefined
        ? either(join(environment["XDG_CONFIG_HOME"] ?? join(home, ".config"), "opencode"), "opencode")
        : [environment["OPENCODE_CONFIG"]],
    entry: ({ command, args }) => ({ type: "local", command: [command, ...args], enabled: true }),
    variables: (text) => text.replaceAll(/\{env:([A-Za-z_][A-Za-z0-9_]*)\}/g, "${$1}").replaceAll("$${", "${"),
    off: { enabled: false },
  },
  "copilot-cli": {
    format: "json",
    root: "mcpServers",
    user: ({ home, environment }) => [join(environment["COPILOT_HOME"] ?? join(home, ".copilot"), "mcp-config.json")],
    entry: ({ command, args }) => ({ type: "local", command, args, tools: ["*"] }),
  },
  zed: {
    format: "json",
    root: "context_servers",
    project: ({ folder }) => [join(folder, ".zed", "settings.json")],
    user: (surroundings) => [
      surroundings.platform === "win32"
        ? join(applicationData(surroundings), "Zed", "settings.json")
        : join(
            surroundings.environment["XDG_CONFIG_HOME"] ?? join(surroundings.home, ".config"),
            "zed",
            "settings.json",
          ),
    ],
    entry: ({ command, args }) => ({ command, args, env: {} }),
    off: { enabled: false },
  },
  mcporter: {
    format: "json",
    root: "mcpServers",
    project: ({ folder }) => [join(folder, "config", "mcporter.json")],
    user: ({ home }) => either(join(home, ".mcporter"), "mcporter"),
    entry: plainEntry,
    variables: (text) => text.replaceAll(/\$env:([A-Za-z_][A-Za-z0-9_]*)/g, "${$1}"),
  },
};

/** The surroundings of this process. */
export function processSurroundings(): ClientSurroundings {
  const { env: environment, platform } = process;
  return { folder: process.cwd(), home: environment["HOME"] ?? homedir(), platform, environment };
}

/** The file of a client in a scope; undefined where the client has no such scope. */
export function clientFile(
  name: ClientName,
  scope: ClientScopeName,
  surroundings: ClientSurroundings,
): string | undefined {
  const files = CLIENTS[name][scope]?.(surroundings) ?? [];
  return files.find((file) => existsSync(file)) ?? files[0];
}

function either(folder: string, name: string): readonly string[] {
  return [join(folder, `${name}.json`), join(folder, `${name}.jsonc`)];
}

/** Folder in which programs with windows keep their settings. */
function applicationData({ home, platform, environment }: ClientSurroundings): string {
  if (platform === "darwin") return join(home, "Library", "Application Support");
  if (platform === "win32") return environment["APPDATA"] ?? join(home, "AppData", "Roaming");
  return environment["XDG_CONFIG_HOME"] ?? join(home, ".config");
}
