// Mastra with a scripted model: discover, run, repair, see an image, abort.
import { Agent } from "@mastra/core/agent";
import { mastraTools } from "codemode/mastra";
import { scriptedModel } from "./ai-model.mjs";
import { openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();

function agentOf(steps) {
  const tools = mastraTools(codemode);
  return new Agent({ id: "clerk", name: "clerk", instructions: "Help.", model: scriptedModel(steps, 3), tools });
}

const run = await agentOf(STEPS).stream("How much?", { maxSteps: 10 });
let step = 0;
for await (const { type, payload } of run.fullStream) {
  if (type === "tool-output") report({ kind: "progress", step: STEPS[step].step, text: payload.output.message });
  if (type !== "tool-result") continue;
  const { structured, isError } = payload.result;
  report({ kind: "host", step: STEPS[step].step, structured, isError });
  step += 1;
}
report({ kind: "answer", text: await run.text });

const controller = new AbortController();
void waiting.then(() => controller.abort());
const stopped = await agentOf([WAITING]).stream("Wait.", { maxSteps: 10, abortSignal: controller.signal });
let ended = "completed";
for await (const { type } of stopped.fullStream) if (type === "abort") ended = "aborted";
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
