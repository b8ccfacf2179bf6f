import { appendFileSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Task, Verdict, World } from "../../harness/suite.ts";
import type { StateTool } from "../../servers/serve-state.ts";
import { typescriptServer } from "../../servers/typescript-server.ts";
import { isRead, SERVICES } from "./bfcl-services.ts";
import type { ServiceState } from "./simulated-state.ts";

/** A call of an answer, with all its arguments by name. */
export interface AnswerCall {
  readonly service: string;
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** A dialogue with the calls that were published for each of its requests. */
export interface Dialogue extends Task {
  readonly start: Readonly<Record<string, Record<string, unknown>>>;
  readonly answers: readonly (readonly AnswerCall[])[];
}

/** Tools of all services by their names. */
export type Tools = ReadonlyMap<string, { readonly service: string; readonly tool: StateTool<ServiceState> }>;

/** What the services hold and have answered once the published calls of some requests were made. */
interface Expected {
  readonly states: Readonly<Record<string, ServiceState>>;
  /** Answers to the calls of the last request, and to all calls so far that change something. */
  readonly answers: readonly string[];
}

/** Writes down what a service answers, beside the file of its state. A failure is no answer. */
export function recordingAnswers(
  file: string,
  tools: readonly StateTool<ServiceState>[],
): readonly StateTool<ServiceState>[] {
  return tools.map((tool) => ({
    ...tool,
    run: (state, args) => {
      const answer = tool.run(state, args);
      appendFileSync(answersOf(file), `${asAnswer(tool.name, answer)}\n`);
      return answer;
    },
  }));
}

/**
 * A world of services whose dialogues are checked after each request, as the authors of the suite do: every service must be as the
 * published calls leave it, and what those calls answer must have been answered. An answer to a read may be one of an
 * earlier request; a call that changes something counts once for each time it was published.
 */
export async function openBfcl(
  data: string,
  { tasks, tools }: { readonly tasks: readonly Dialogue[]; readonly tools: Tools },
): Promise<World> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "codemode-evals-"));
  const fileOf = (service: string): string => join(folder, `${service}.json`);
  const taskOf = (id: string): Dialogue | undefined => tasks.find((task) => task.id === id);
  const write = (service: string, state: ServiceState): void => {
    writeFileSync(fileOf(service), JSON.stringify(state));
    writeFileSync(answersOf(fileOf(service)), "");
  };
  for (const service of Object.keys(SERVICES)) write(service, { nextIds: {} });
  const read = (service: string): string => canonical(JSON.parse(readFileSync(fileOf(service), "utf8")));
  const answersSoFar = (service: string): readonly string[] =>
    readFileSync(answersOf(fileOf(service)), "utf8")
      .split("\n")
      .slice(0, -1);
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
    state: async (task) => task.servers.map(read).join("\n"),
    check: async ({ id, servers }, step) => {
      let expected: Expected;
      try {
        expected = makePublishedCalls(taskOf(id), { step, tools });
      } catch (thrown) {
        return `A published call fails: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      }
      const differs = servers.some((service) => read(service) !== canonical(expected.states[service]));
      if (differs) return "The services are not as the published calls leave them.";
      return lacks(expected.answers, servers.flatMap(answersSoFar));
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function answersOf(file: string): string {
  return `${file}.answers`;
}

function asAnswer(tool: string, answer: unknown): string {
  return `${tool} ${canonical(answer)}`;
}

/** Makes the calls of all requests up to one, on states of their own. Throws what a call throws. */
function makePublishedCalls(
  dialogue: Dialogue | undefined,
  { step, tools }: { readonly step: number; readonly tools: Tools },
): Expected {
  const states = startOf(dialogue);
  const answers: string[] = [];
  for (const [at, calls] of (dialogue?.answers ?? []).slice(0, step + 1).entries()) {
    for (const { service, tool, args } of calls) {
      const answer = tools.get(tool)?.tool.run(states[service] ?? { nextIds: {} }, args);
      if (at === step || !isRead(tool)) answers.push(asAnswer(tool, answer));
    }
  }
  return { states, answers };
}

/** What was not answered as often as it is wanted; undefined where nothing is missing. */
function lacks(wanted: readonly string[], given: readonly string[]): Verdict {
  const left = [...given];
  for (const answer of wanted) {
    const at = left.indexOf(answer);
    if (at < 0) return `No call answered as the published one does: ${answer}`;
    left.splice(at, 1);
  }
  return undefined;
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
function reliedIds({ start, answers }: Dialogue): Record<string, string[]> {
  const known = JSON.stringify(start);
  const ids: Record<string, string[]> = {};
  for (const { args } of answers.flat()) {
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
