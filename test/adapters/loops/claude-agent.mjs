// The Claude Agent SDK with a stand-in for Claude Code: discover, run, repair, see an image, abort; with the tools in this
// process, over HTTP, and in a process of their own.
import { fileURLToPath } from "node:url";
import { query } from "@anthropic-ai/claude-agent-sdk";
import { claudeAgentLauncher, claudeAgentTools, serveClaudeAgent } from "codemode/claude-agent";
import { openShop, report, runningPrograms } from "./shop.mjs";

const pathToClaudeCodeExecutable = fileURLToPath(new URL("./claude-stand-in.mjs", import.meta.url));
const way = process.argv[2];
const { codemode, waiting, aborted } = openShop();
const http = way === "http" ? await serveClaudeAgent(codemode) : undefined;
const offered =
  http?.options ??
  (way === "launcher" ? claudeAgentLauncher({ args: ["--config", process.argv[3]] }) : claudeAgentTools(codemode));

/** Lines of JSON are what the stand-in tells; the rest is what the real one would complain of. */
let rest = "";
function stderr(text) {
  const lines = (rest + text).split("\n");
  rest = lines.pop();
  for (const line of lines.filter((each) => each.startsWith("{"))) report(JSON.parse(line));
}

function start(prompt, options = {}) {
  return query({ prompt, options: { ...offered, ...options, pathToClaudeCodeExecutable, executable: "node", stderr } });
}

async function resultOf(messages) {
  let text;
  for await (const message of messages) if (message.type === "result") text = message.result;
  return text;
}

report({ kind: "answer", text: await resultOf(start(way === "launcher" ? "Compute." : "How much?")) });

if (way !== "launcher") {
  const abortController = new AbortController();
  async function* prompts() {
    yield { type: "user", session_id: "", parent_tool_use_id: null, message: { role: "user", content: "Wait." } };
    await aborted;
  }
  const messages = start(prompts(), { abortController });
  // A person interrupts the one and leaves the other.
  void waiting.then(() => (way === "http" ? messages.interrupt() : abortController.abort()));
  const ended = await resultOf(messages).then(
    (text) => (text === "Interrupted." ? "aborted" : "completed"),
    (error) => (error.name === "AbortError" || /abort/i.test(error.message) ? "aborted" : String(error)),
  );
  report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
}
await http?.close();
await codemode.close();
