// Genkit with a scripted model: discover, run, repair, see an image, abort.
import { genkit } from "genkit";
import { genkitTools } from "codemode/genkit";
import { ANSWER, openShop, report, runningPrograms, STEPS, WAITING } from "./shop.mjs";

const { codemode, waiting, aborted } = openShop();
const ai = genkit({});
let step = 0;
const tools = genkitTools(ai, codemode, {
  onProgress: ({ message }) => report({ kind: "progress", step: STEPS[step]?.step, text: message }),
});

function scriptedModel(name, steps) {
  let turn = 0;
  return ai.defineModel({ name, supports: { tools: true, multiturn: true, media: true } }, async ({ messages }) => {
    const answered = turn === 0 ? undefined : steps[turn - 1];
    if (answered !== undefined) {
      reportSeen(answered.step, messages.at(-1).content[0]);
      step += 1;
    }
    const next = steps[turn];
    turn += 1;
    return { message: { role: "model", content: [next === undefined ? { text: ANSWER } : callTool(next, turn)] } };
  });
}

function callTool({ tool, input }, turn) {
  return { toolRequest: { name: tool, ref: `call-${turn}`, input } };
}

function reportSeen(answered, { toolResponse, metadata }) {
  const { output, content = [] } = toolResponse;
  const images = content.map(({ media }) => readDataUrl(media.url));
  report({ kind: "model", step: answered, text: output, images, isError: false });
  report({ kind: "host", step: answered, ...metadata });
}

function readDataUrl(url) {
  const [, mimeType, data] = /^data:([^;]+);base64,(.*)$/.exec(url);
  return { mimeType, data };
}

const { text } = await ai.generate({
  model: scriptedModel("shopper", STEPS),
  prompt: "How much?",
  tools,
  maxTurns: 10,
});
report({ kind: "answer", text });

const controller = new AbortController();
const { signal } = controller;
void waiting.then(() => controller.abort());
const ended = await ai
  .generate({
    model: scriptedModel("waiter", [WAITING]),
    prompt: "Wait.",
    tools,
    abortSignal: signal,
    context: { signal },
  })
  .then(
    () => "completed",
    (error) => (error.name === "AbortError" ? "aborted" : String(error)),
  );
report({ kind: "abort", ended, toolAborted: await aborted, running: await runningPrograms(codemode) });
await codemode.close();
