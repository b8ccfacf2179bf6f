// The AI SDK with a scripted model: discover, run, repair, see an image, abort.
import * as sdk from "ai";
import { aiTools } from "codemode/ai";
import { scriptedModel } from "./ai-model.mjs";
import { openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { streamText } = sdk;
const isVersion7 = "isStepCount" in sdk;
const stopWhen = isVersion7 ? sdk.isStepCount(10) : sdk.stepCountIs(10);
const { codemode, waiting, aborted } = openShop();
const tools = aiTools(codemode);

const model = scriptedModel(STEPS, isVersion7 ? 4 : 3);
const run = streamText({ model, tools, prompt: "How much?", stopWhen });
let step = 0;
for await (const part of run.fullStream) {
  if (part.type !== "tool-result") continue;
  const { text, structured, isError, progress } = part.output;
  if (part.preliminary === true && progress !== undefined) {
    report({ kind: "progress", step: STEPS[step].step, text });
  } else if (part.preliminary !== true) {
    report({ kind: "host", step: STEPS[step].step, structured, isError });
    step += 1;
  }
}
report({ kind: "answer", text: await run.text });

const controller = new AbortController();
const stopped = streamText({
  model: scriptedModel([WAITING], isVersion7 ? 4 : 3),
  tools,
  prompt: "Wait.",
  stopWhen,
  abortSignal: controller.signal,
  onError: () => {},
});
void waiting.then(() => controller.abort());
let ended = "completed";
for await (const part of stopped.fullStream) if (part.type === "abort") ended = "aborted";
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
