import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { resultsSince, type ScriptedModel, startStandIn } from "../../src/cli/agent/__fixtures__/stand-in-model.ts";
import { loadModel } from "../../src/agent/model/load-model.ts";
import { OWN_SUITE } from "../suites/own/own-suite.ts";
import { shareInterval } from "./intervals.ts";
import { RecordStore } from "./record-store.ts";
import { runModel } from "./run-model.ts";
import { showMarkdown } from "./show-markdown.ts";
import { ARMS } from "./suite.ts";

const task = OWN_SUITE.tasks.find(({ template }) => template === "raise-one-ticket") ?? OWN_SUITE.tasks[0];
const situation = "It is Thursday, 2023-11-30.";
const suite = { ...OWN_SUITE, situation, tasks: task === undefined ? [] : [task] };
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "codemode-evals-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Writes the program of the task where programs are run, and does nothing where tools are called one by one. */
const programmer: ScriptedModel = ({ messages, tools = [], ...request }) => {
  if (resultsSince({ messages, tools, ...request }) > 0) return { text: "Done." };
  if (!tools.some((tool) => tool.function.name === "execute_code")) return { text: "I would not know how." };
  const isPython = JSON.stringify(messages[0]).includes("Programs are Python");
  const programs = task?.steps[0]?.programs ?? { typescript: "", python: "" };
  const code = isPython ? programs.python : programs.typescript;
  return { calls: [{ name: "execute_code", args: { code, language: isPython ? "python" : "typescript" } }] };
};

async function run(script: ScriptedModel, file: string) {
  await using server = await startStandIn(script);
  const model = await loadModel({ provider: "compatible", modelId: "stand-in", baseUrl: server.baseUrl });
  const reports = await runModel({
    suite,
    sizes: [14],
    arms: ARMS,
    tasks: 1,
    model,
    prices: { input: 1, output: 1, cacheRead: 1, cacheWrite: 1 },
    store: new RecordStore(join(folder, file)),
    log: () => {},
  });
  const systems = server.requests.map(({ messages }) => JSON.stringify(messages[0]));
  return { report: reports[0], requests: server.requests.length, systems };
}

test("a model does a task in every arm, each is checked by the state it leaves, and nothing is done twice", async () => {
  const { report, requests, systems } = await run(programmer, "done.jsonl");
  expect(systems.filter((system) => !system.includes(situation))).toEqual([]);
  expect(report?.rows.map(({ arm, passed, turns, calls }) => [arm, passed, turns, calls > 0])).toEqual([
    ["direct", false, 1, false],
    ["direct-parallel", false, 1, false],
    ["search", false, 1, false],
    ["code-typescript", true, 2, true],
    ["code-python", true, 2, true],
  ]);
  expect(report?.result).toMatchObject({ model: "compatible/stand-in", lowerBound: false, size: 14 });
  expect(report?.rows.every(({ inputTokens }) => inputTokens > 100)).toBe(true);
  expect(report?.cost).toBeGreaterThan(0);
  const text = report === undefined ? "" : showMarkdown(report);
  expect(text).toMatch(/- code-python: 100 % passed, 95 % interval by template 100 % to 100 %[\s\S]*Cost: \$\d/);
  expect(requests).toBe(7);
  const again = await run(programmer, "done.jsonl");
  expect([again.requests, again.report?.rows]).toEqual([0, report?.rows]);
}, 120_000);

test("a provider that refuses ends the run with its reason, and what was done stays done", async () => {
  let left = 1;
  const refusing: ScriptedModel = (request) => ((left -= 1) < 0 ? { status: 401 } : programmer(request));
  await expect(run(refusing, "refused.jsonl")).rejects.toThrow(/compatible\/stand-in cannot be asked: .*401/);
  expect((await run(programmer, "refused.jsonl")).requests).toBe(6);
}, 120_000);

test("the interval of a share counts templates, not tasks", () => {
  const rows = (templates: number) =>
    Array.from({ length: 100 }, (_, at) => {
      const template = String(at % templates);
      return { template, passed: Number(template) % 2 === 0 };
    });
  const width = ([least, most]: readonly [number, number]): number => most - least;
  expect(shareInterval(rows(100))).toEqual(shareInterval(rows(100)));
  expect(width(shareInterval(rows(100)))).toBeCloseTo(0.2, 1);
  expect(width(shareInterval(rows(10)))).toBeGreaterThan(0.5);
  expect(shareInterval([{ template: "a", passed: true }])).toEqual([1, 1]);
});
