// How each client is started without a person, with our server and a stand-in as its model. All that it keeps lies in an
// empty HOME.
import { createRequire } from "node:module";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);

/** Folder of a package of the laboratory. */
const packageFolder = (name) => dirname(require.resolve(`${name}/package.json`));
const platform = `${process.platform}-${process.arch}`;

function keep(file, contents) {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, typeof contents === "string" ? contents : JSON.stringify(contents, null, 2));
}

const PROMPT = "Use the tools as told, then say done.";

/**
 * Each client by name: `(run: { home, url, server: { command, args }, isDeferred }) => { command, args, env }`; with
 * `isDeferred` it is not asked to load our tools ahead.
 */
export const REAL_CLIENTS = {
  "claude-code"({ home, url, server, isDeferred = false }) {
    const config = join(home, "mcp.json");
    keep(config, { mcpServers: { codemode: { ...server, ...(isDeferred ? {} : { alwaysLoad: true }) } } });
    return {
      command: join(packageFolder(`@anthropic-ai/claude-code-${platform}`), "claude"),
      args: [
        "-p",
        PROMPT,
        "--mcp-config",
        config,
        "--strict-mcp-config",
        "--output-format",
        "json",
        "--allowedTools",
        "mcp__codemode",
      ],
      env: {
        ANTHROPIC_BASE_URL: url,
        ANTHROPIC_API_KEY: "stand-in",
        DISABLE_TELEMETRY: "1",
        DISABLE_AUTOUPDATER: "1",
        DISABLE_ERROR_REPORTING: "1",
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
      },
    };
  },
  codex({ home, url, server, model = "gpt-5.5" }) {
    const lines = [
      `model = "${model}"`,
      'model_provider = "standin"',
      'approval_policy = "never"',
      'sandbox_mode = "read-only"',
      "check_for_update_on_startup = false",
      "[analytics]",
      "enabled = false",
      "[model_providers.standin]",
      'name = "standin"',
      `base_url = "${url}/v1"`,
      'wire_api = "responses"',
      'env_key = "STANDIN_KEY"',
      "[mcp_servers.codemode]",
      `command = ${JSON.stringify(server.command)}`,
      `args = ${JSON.stringify(server.args)}`,
      "required = true",
      'default_tools_approval_mode = "approve"',
    ];
    keep(join(home, ".codex/config.toml"), `${lines.join("\n")}\n`);
    const triple = {
      "linux-x64": "x86_64-unknown-linux-musl",
      "linux-arm64": "aarch64-unknown-linux-musl",
      "darwin-arm64": "aarch64-apple-darwin",
      "darwin-x64": "x86_64-apple-darwin",
    }[platform];
    return {
      command: join(packageFolder(`@openai/codex-${platform}`), "vendor", triple, "bin/codex"),
      args: ["exec", "--skip-git-repo-check", "--json", PROMPT],
      env: { STANDIN_KEY: "stand-in" },
    };
  },
  "codex, model it does not know"(run) {
    return REAL_CLIENTS.codex({ ...run, model: "standin" });
  },
  opencode({ home, url, server }) {
    const modalities = { input: ["text", "image"], output: ["text"] };
    const limit = { context: 200_000, output: 8_000 };
    keep(join(home, ".config/opencode/opencode.json"), {
      autoupdate: false,
      share: "disabled",
      model: "standin/standin",
      small_model: "standin/standin",
      provider: {
        standin: {
          npm: "@ai-sdk/openai-compatible",
          name: "standin",
          options: { baseURL: `${url}/v1`, apiKey: "stand-in" },
          models: { standin: { name: "standin", tool_call: true, attachment: true, modalities, limit } },
        },
      },
      mcp: { codemode: { type: "local", command: [server.command, ...server.args], enabled: true } },
    });
    return {
      command: join(packageFolder(`opencode-${platform}`), "bin/opencode"),
      args: ["run", "--format", "json", PROMPT],
      env: {
        OPENCODE_DISABLE_MODELS_FETCH: "1",
        OPENCODE_DISABLE_AUTOUPDATE: "1",
        OPENCODE_DISABLE_DEFAULT_PLUGINS: "1",
        OPENCODE_DISABLE_LSP_DOWNLOAD: "1",
      },
    };
  },
  "copilot-cli"({ home, url, server }) {
    const config = join(home, "mcp.json");
    keep(config, { mcpServers: { codemode: { type: "local", tools: ["*"], ...server } } });
    return {
      command: process.execPath,
      args: [
        join(packageFolder("@github/copilot"), "npm-loader.js"),
        "-p",
        PROMPT,
        "--additional-mcp-config",
        `@${config}`,
        "--no-auto-update",
        "--disable-client-telemetry",
        "--allow-all-tools",
      ],
      env: {
        COPILOT_OFFLINE: "true",
        COPILOT_PROVIDER_BASE_URL: `${url}/v1`,
        COPILOT_PROVIDER_TYPE: "openai",
        COPILOT_PROVIDER_API_KEY: "stand-in",
        COPILOT_MODEL: "standin",
        COPILOT_HOME: join(home, ".copilot"),
      },
    };
  },
  "gemini-cli"({ home, url, server }) {
    keep(join(home, ".gemini/settings.json"), {
      mcpServers: { codemode: server },
      security: { auth: { selectedType: "gemini-api-key" } },
      privacy: { usageStatisticsEnabled: false },
      telemetry: { enabled: false },
      general: { enableAutoUpdate: false, disableAutoUpdate: true },
    });
    return {
      command: process.execPath,
      args: [
        join(packageFolder("@google/gemini-cli"), "bundle/gemini.js"),
        "-p",
        PROMPT,
        "--skip-trust",
        "--approval-mode",
        "yolo",
        "-o",
        "json",
        "-m",
        "gemini-2.5-pro",
      ],
      env: { GEMINI_API_KEY: "stand-in", GOOGLE_GEMINI_BASE_URL: url },
    };
  },
};
