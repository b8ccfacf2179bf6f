import { expect, test } from "vitest";
import { CodemodeError } from "../../base/codemode-error.ts";
import { expandServerConfig } from "./expand.ts";
import { parseServerConfig } from "./server-config.ts";

function problemOf(input: unknown): { readonly message: string; readonly hint: string | undefined } {
  try {
    parseServerConfig("files", input);
  } catch (error) {
    if (CodemodeError.is(error) && error.code === "config_error") {
      return { message: error.message, hint: error.details.hint };
    }
  }
  throw new Error("was accepted");
}

test("defaults are filled in", () => {
  expect(parseServerConfig("files", { command: "npx" })).toEqual({
    transport: "stdio",
    command: "npx",
    args: [],
    env: {},
    enabled: true,
    deferLoading: false,
    protocol: "auto",
    timeoutMs: 60_000,
    connectTimeoutMs: 30_000,
    maxConcurrentCalls: 16,
    exposure: "code",
    tools: {},
    skills: { enabled: true, runScripts: [] },
    relay: { elicitation: true, sampling: false, roots: false },
    notes: [],
  });
});

test.each([
  [{ command: "x" }, "stdio"],
  [{ command: "x", type: "stdio" }, "stdio"],
  [{ url: "http://h/mcp" }, "http"],
  [{ url: "http://h/mcp", type: "http" }, "http"],
  [{ url: "http://h/mcp", transport: "streamable-http" }, "http"],
  [{ url: "http://h/sse", type: "sse" }, "sse"],
  [{ url: "http://h/mcp", type: "http", transport: "streamable-http" }, "http"],
])("%j is a server over %s", (input, transport) => {
  expect(parseServerConfig("files", input).transport).toBe(transport);
});

test("disabled is understood as other clients write it", () => {
  expect(parseServerConfig("files", { command: "x", disabled: true }).enabled).toBe(false);
});

test.each([
  [{ comand: "x" }, "mcpServers.files.comand is not a known setting.", "Did you mean command?"],
  [{ command: "x", tools: { alow: [] } }, "mcpServers.files.tools.alow is not a known setting.", "Did you mean allow?"],
  [
    { command: "x", skills: { runScript: [] } },
    "mcpServers.files.skills.runScript is not a known setting.",
    "Did you mean runScripts?",
  ],
  [{}, "mcpServers.files has neither command nor url.", "Add command"],
  [{ command: "x", url: "http://h" }, "mcpServers.files has both command and url.", "Keep command"],
  [{ url: "http://h", transport: "stdio" }, "mcpServers.files is a stdio server without command.", "Add command"],
  [{ command: "x", transport: "sse" }, "mcpServers.files is a server over sse without url.", "Add url."],
  [{ command: "x", type: "stdio", transport: "sse", url: "u" }, "mcpServers.files says both transport", "Remove one"],
  [{ command: "x", enabled: true, disabled: true }, "mcpServers.files has enabled and disabled", "Keep only enabled."],
  [{ command: "x", timeoutMs: -1 }, "mcpServers.files.timeoutMs", "Correct mcpServers.files.timeoutMs."],
  [{ command: "x", args: ["a", {}] }, "mcpServers.files.args.1", "Correct mcpServers.files.args.1."],
  [
    { url: "unix:///tmp/x.sock" },
    'mcpServers.files has the url "unix:///tmp/x.sock", which does not begin',
    "Write the full",
  ],
  [{ url: "localhost:3000/mcp" }, "which does not begin with http:// or https://", "Write the full"],
  [{ command: 7 }, "mcpServers.files.command", "Correct mcpServers.files.command."],
  ["npx", "mcpServers.files", "Correct mcpServers.files."],
])("%j is refused with its place and the fix", (input, message, hint) => {
  const problem = problemOf(input);
  expect(problem.message).toContain(message);
  expect(problem.hint).toContain(hint);
});

const variables = { TOKEN: "t0k", EMPTY: "" };

test("variables are expanded in every text of a local server", () => {
  const config = parseServerConfig("s", {
    command: "${TOKEN}/bin",
    args: ["--a=${env:TOKEN}", "${NOPE:-fallback}", "${EMPTY:-filled}", "$TOKEN"],
    env: { KEY: "x-${TOKEN}", BARE: "$TOKEN", UNSET: "$NOPE", PRICE: "5$", OTHER: "{env:TOKEN}" },
    cwd: "/tmp/${TOKEN}",
  });
  expect(expandServerConfig("s", config, { variables })).toMatchObject({
    command: "t0k/bin",
    args: ["--a=t0k", "fallback", "filled", "$TOKEN"],
    env: { KEY: "x-t0k", BARE: "t0k", UNSET: "$NOPE", PRICE: "5$", OTHER: "t0k" },
    cwd: "/tmp/t0k",
  });
});

test("variables are expanded in url and headers, and the configuration itself stays as written", () => {
  const config = parseServerConfig("s", {
    url: "https://${TOKEN}.example/",
    headers: { authorization: "Bearer ${TOKEN}" },
  });
  const expanded = expandServerConfig("s", config, { variables });
  expect(expanded).toMatchObject({ url: "https://t0k.example/", headers: { authorization: "Bearer t0k" } });
  expect(JSON.stringify(config)).not.toContain("t0k");
});

test("a file that a client would put in is refused with what to write instead", () => {
  const config = parseServerConfig("s", { url: "https://h/", headers: { "x-key": "Bearer {file:./key.txt}" } });
  expect(() => expandServerConfig("s", config, { variables })).toThrow("headers.x-key refers to {file:./key.txt}");
});

test("an unset variable, or the name of an inherited member, is an error that names all of it", () => {
  for (const name of ["UNSET", "toString"]) {
    const config = parseServerConfig("s", { url: "https://h/", headers: { "x-key": `\${${name}}` } });
    expect(() => expandServerConfig("s", config, { variables })).toThrow(
      `Server "s": headers.x-key refers to \${${name}}`,
    );
  }
});
