// The Responses API with a scripted model: discover, run, repair, see an image, abort.
import { openaiTools } from "codemode/openai";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
const { tools, run } = openaiTools(codemode);

/** What the API would answer: the next call of the script, or the last words. */
function createResponse(steps, { input }) {
  const outputs = input.filter(({ type }) => type === "function_call_output");
  const next = steps[outputs.length];
  if (outputs.length > 0) reportSeen(steps[outputs.length - 1].step, outputs.at(-1).output);
  if (next === undefined) return { output: [{ type: "message", content: [{ type: "output_text", text: ANSWER }] }] };
  if (!tools.some(({ name }) => name === next.tool)) throw new Error(`${next.tool} is not offered.`);
  const call = { type: "function_call", call_id: `call_${outputs.length}`, name: next.tool };
  return { output: [{ type: "reasoning" }, { ...call, arguments: JSON.stringify(next.input) }] };
}

function reportSeen(step, output) {
  const items = typeof output === "string" ? [{ type: "input_text", text: output }] : output;
  const images = items
    .filter(({ type }) => type === "input_image")
    .map(({ image_url: url }) => /^data:(?<mimeType>[^;]+);base64,(?<data>.*)$/.exec(url).groups);
  const text = items.map((item) => item.text ?? "").join("\n");
  report({ kind: "model", step, text, images, isError: text.startsWith("error") });
}

async function converse(steps, signal) {
  const input = [{ type: "message", role: "user", content: "How much?" }];
  for (let turn = 0; ; turn += 1) {
    const response = createResponse(steps, { input });
    const [first] = response.output;
    if (first.type === "message") return first.content[0].text;
    const { step } = steps[turn];
    let isCancelled = false;
    const outputs = await run(response, {
      signal,
      onProgress: ({ message }) => report({ kind: "progress", step, text: message }),
      onResult: ({ result }) => {
        isCancelled = result.structured.status === "cancelled";
        report({ kind: "host", step, structured: result.structured, isError: result.isError });
      },
    });
    if (signal?.aborted === true) return isCancelled ? "aborted" : "completed";
    input.push(...response.output, ...outputs);
  }
}

report({ kind: "answer", text: await converse(STEPS) });
const controller = new AbortController();
void waiting.then(() => controller.abort());
const ended = await converse([WAITING], controller.signal);
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
