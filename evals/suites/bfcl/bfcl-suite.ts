import { readFileSync } from "node:fs";
import { join } from "node:path";
import { pythonLiteral } from "../../harness/perturb.ts";
import type { Suite, TaskStep } from "../../harness/suite.ts";
import { type PythonCall, parsePythonCall } from "../python-literals.ts";
import { isRead, loadTools, SERVICES } from "./bfcl-services.ts";
import { type AnswerCall, type Dialogue, openBfcl, type Tools } from "./bfcl-world.ts";

/** A dialogue as it is published. */
interface PublishedDialogue {
  readonly id: string;
  readonly question: readonly (readonly { readonly content: string }[])[];
  readonly initial_config: Dialogue["start"];
  readonly involved_classes: readonly string[];
}

/** The calls that answer a dialogue, by its requests. */
interface PublishedAnswer {
  readonly id: string;
  readonly ground_truth: readonly (readonly string[])[];
}

/** The multi-turn base dialogues of BFCL v4, from a folder with their data. */
export function loadBfcl(data: string): Suite {
  const published = readLines(join(data, "multi_turn_base_answers.json")) as readonly PublishedAnswer[];
  const answers = new Map(published.map(({ id, ground_truth }) => [id, ground_truth]));
  const dialogues = readLines(join(data, "multi_turn_base.json")) as readonly PublishedDialogue[];
  const tools: Tools = new Map(
    Object.keys(SERVICES).flatMap((service) => loadTools(service, data).map((tool) => [tool.name, { service, tool }])),
  );
  const tasks: Dialogue[] = [];
  const leftOut: { id: string; reason: string }[] = [];
  for (const { id, question, initial_config, involved_classes } of dialogues) {
    try {
      const steps = (answers.get(id) ?? []).map((calls) => calls.map((call) => toAnswer(call, tools)));
      tasks.push({
        id,
        template: [...involved_classes].toSorted().join("+"),
        servers: involved_classes,
        steps: question.map((messages, at) => ({
          request: messages.map(({ content }) => content).join("\n"),
          programs: writePrograms(steps[at] ?? []),
        })),
        start: Object.fromEntries(involved_classes.map((service) => [service, initial_config[service] ?? {}])),
        answers: steps,
      });
    } catch (thrown) {
      leftOut.push({ id, reason: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  return {
    name: "bfcl",
    tasks,
    isForeign: true,
    leftOut,
    writes: (tool) => !isRead(tool.slice(tool.indexOf("__") + 2)),
    open: () => openBfcl(data, { tasks, tools }),
  };
}

function readLines(file: string): readonly unknown[] {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as unknown);
}

function toAnswer(text: string, tools: Tools): AnswerCall {
  const { name, positional, named }: PythonCall = parsePythonCall(text);
  const found = tools.get(name);
  if (found === undefined) throw new Error(`The answer calls ${name}, which no service has.`);
  const names = Object.keys(found.tool.inputSchema["properties"] ?? {});
  const placed = positional.map((value, at) => [names[at] ?? `argument ${at + 1}`, value]);
  return { service: found.service, tool: name, args: { ...Object.fromEntries(placed), ...named } };
}

/** Programs that make the calls one after another, reads that stand together at once, and give all results. */
function writePrograms(calls: readonly AnswerCall[]): TaskStep["programs"] {
  const groups: AnswerCall[][] = [];
  for (const call of calls) {
    const last = groups.at(-1);
    if (last !== undefined && isRead(call.tool) && last.every(({ tool }) => isRead(tool))) last.push(call);
    else groups.push([call]);
  }
  const parts = groups.map((group) => ({ typescript: group.map(inTypescript), python: group.map(inPython) }));
  const typescript = parts.map(({ typescript: [first = "", ...rest] }) =>
    rest.length === 0 ? `await ${first}` : `...(await Promise.all([${[first, ...rest].join(", ")}]))`,
  );
  const python = parts.map(({ python: [first = "", ...rest] }) =>
    rest.length === 0 ? `await ${first}` : `*(await asyncio.gather(${[first, ...rest].join(", ")}))`,
  );
  if (calls.length === 1) return { typescript: typescript[0] ?? "", python: python[0] ?? "" };
  const head = python.some((part) => part.startsWith("*")) ? "import asyncio\n" : "";
  return { typescript: `[\n  ${typescript.join(",\n  ")},\n]`, python: `${head}[\n    ${python.join(",\n    ")},\n]` };
}

function inTypescript({ service, tool, args }: AnswerCall): string {
  const fields = Object.entries(args).map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
  return `${service}.${tool}(${fields.length === 0 ? "" : `{ ${fields.join(", ")} }`})`;
}

function inPython({ service, tool, args }: AnswerCall): string {
  return `${service}.${tool}(${Object.entries(args)
    .map(([name, value]) => `${name}=${pythonLiteral(value)}`)
    .join(", ")})`;
}
