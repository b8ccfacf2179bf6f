// The Messages API with a scripted model: discover, run, repair, see an image, abort.
import { anthropicTools } from "codemode/anthropic";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
const { tools, run } = anthropicTools(codemode);

/** What the API would answer: the next call of the script, or the last words. */
function createMessage(steps, { messages }) {
  const results = messages.filter(({ role }) => role === "user").slice(1);
  const next = steps[results.length];
  if (results.length > 0) reportSeen(steps[results.length - 1].step, results.at(-1).content);
  if (next === undefined) return { stop_reason: "end_turn", content: [{ type: "text", text: ANSWER }] };
  if (!tools.some(({ name }) => name === next.tool)) throw new Error(`${next.tool} is not offered.`);
  const call = { type: "tool_use", id: `toolu_${results.length}`, name: next.tool, input: next.input };
  return { stop_reason: "tool_use", content: [{ type: "text", text: "I look." }, call] };
}

function reportSeen(step, [{ content, is_error: isError }]) {
  const text = content.map((block) => block.text ?? "").join("\n");
  const images = content
    .filter(({ type }) => type === "image")
    .map(({ source }) => ({ mimeType: source.media_type, data: source.data }));
  report({ kind: "model", step, text, images, isError });
}

async function converse(steps, signal) {
  const messages = [{ role: "user", content: "How much?" }];
  for (let turn = 0; ; turn += 1) {
    const response = createMessage(steps, { messages });
    if (response.stop_reason === "end_turn") return response.content[0].text;
    const { step } = steps[turn];
    const results = await run(response, {
      signal,
      onProgress: ({ message }) => report({ kind: "progress", step, text: message }),
      onResult: ({ result }) => {
        report({ kind: "host", step, structured: result.structured, isError: result.isError });
      },
    });
    if (signal?.aborted === true) return results[0].is_error ? "aborted" : "completed";
    messages.push({ role: "assistant", content: response.content }, { role: "user", content: results });
  }
}

report({ kind: "answer", text: await converse(STEPS) });
const controller = new AbortController();
void waiting.then(() => controller.abort());
const ended = await converse([WAITING], controller.signal);
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
