import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pythonLiteral } from "../../harness/perturb.ts";
import type { Suite, Task, TaskStep, World } from "../../harness/suite.ts";
import type { StateTool } from "../../servers/serve-state.ts";
import { typescriptServer } from "../../servers/typescript-server.ts";
import { type PythonCall, parsePythonCall } from "../python-literals.ts";
import { isRead, loadTools, SERVICES } from "./bfcl-services.ts";
import type { ServiceState } from "./simulated-state.ts";

/** A call of an answer, with all its arguments by name. */
interface AnswerCall {
  readonly service: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A dialogue with the calls that were published for each of its requests. */
interface Dialogue extends Task {
  readonly start: Readonly<Record<string, Record<string, unknown>>>;
  readonly answer: readonly AnswerCall[];
}

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

type Tools = ReadonlyMap<string, { readonly service: string; readonly tool: StateTool<ServiceState> }>;

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
        answer: steps.flat(),
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

async function openBfcl(
  data: string,
  { tasks, tools }: { readonly tasks: readonly Dialogue[]; readonly tools: Tools },
): Promise<World> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "codemode-evals-"));
  const fileOf = (service: string): string => join(folder, `${service}.json`);
  const taskOf = (id: string): Dialogue | undefined => tasks.find((task) => task.id === id);
  const write = (service: string, state: ServiceState): void => writeFileSync(fileOf(service), JSON.stringify(state));
  for (const service of Object.keys(SERVICES)) write(service, { nextIds: {} });
  const read = (task: Task): string =>
    task.servers.map((service) => canonical(JSON.parse(readFileSync(fileOf(service), "utf8")))).join("\n");
  return {
    folder,
    servers: Object.fromEntries(
      Object.keys(SERVICES).map((service) => [
        service,
        typescriptServer(new URL("./bfcl-server.ts", import.meta.url), service, fileOf(service), data),
      ]),
    ),
    reset: async ({ id }) => {
      for (const [service, state] of Object.entries(startOf(taskOf(id)))) write(service, state);
    },
    state: async (task) => read(task),
    check: async (task) => {
      const dialogue = taskOf(task.id);
      const states = startOf(dialogue);
      try {
        for (const { service, tool, args } of dialogue?.answer ?? [])
          tools.get(tool)?.tool.run(states[service] ?? { nextIds: {} }, args);
      } catch (thrown) {
        return `A published call fails: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      }
      const wanted = task.servers.map((service) => canonical(JSON.parse(JSON.stringify(states[service])))).join("\n");
      return read(task) === wanted ? undefined : "The services are not as the published calls leave them.";
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Start states, with the identifiers that later calls of the dialogue rely on. */
function startOf(dialogue: Dialogue | undefined): Record<string, ServiceState> {
  const nextIds = dialogue === undefined ? {} : reliedIds(dialogue);
  return Object.fromEntries(
    Object.entries(dialogue?.start ?? {}).map(([service, state]) => [
      service,
      { ...structuredClone(state), nextIds: service === "TravelAPI" ? structuredClone(nextIds) : {} },
    ]),
  );
}

const KINDS: Readonly<Record<string, string>> = {
  booking_id: "booking",
  insurance_id: "insurance",
  card_id: "card",
  access_token: "token",
};

/** Values that the calls use and that the start does not have: the service must have made them. */
function reliedIds({ start, answer }: Dialogue): Record<string, string[]> {
  const known = JSON.stringify(start);
  const ids: Record<string, string[]> = {};
  for (const { args } of answer) {
    for (const [name, value] of Object.entries(args)) {
      const kind = KINDS[name];
      if (kind === undefined || typeof value !== "string") continue;
      if (kind !== "token" && known.includes(`"${value}"`)) continue;
      if (ids[kind]?.includes(value) !== true) ids[kind] = [...(ids[kind] ?? []), value];
    }
  }
  return ids;
}

/** A value as text that does not depend on the order of fields. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, each: unknown) =>
    typeof each === "object" && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  );
}
