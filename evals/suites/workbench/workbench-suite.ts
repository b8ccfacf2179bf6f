import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Suite, Task, World } from "../../harness/suite.ts";
import { typescriptServer } from "../../servers/typescript-server.ts";
import { type PythonCall, parsePythonCall, parsePythonValue } from "../python-literals.ts";
import { readCsv } from "../read-csv.ts";
import { programOf } from "./programs.ts";
import { readWords } from "./read-words.ts";
import { type Database, WORKBENCH_TOOLS } from "./workbench-tools.ts";

type Databases = Readonly<Record<string, Database>>;

/** A task with the calls that were published as its answer. */
interface WorkbenchTask extends Task {
  readonly answer: readonly PythonCall[];
}

const FILES: Readonly<Record<string, string>> = {
  analytics: "analytics_data.csv",
  calendar: "calendar_events.csv",
  customer_relationship_manager: "customer_relationship_manager_data.csv",
  email: "emails.csv",
  project_management: "project_tasks.csv",
};
const QUESTIONS = [
  "analytics",
  "calendar",
  "customer_relationship_manager",
  "email",
  "multi_domain",
  "project_management",
];
/** The requests were written for this moment, and the published answers keep to these hours. */
const SITUATION = "It is Thursday, 2023-11-30, 00:00. Meetings start at 9:00 at the earliest and end by 18:00.";
const WRITES = /__(?:create|delete|update|send|forward|reply|add)_/;

/** WorkBench, from a folder with its data: its requests, its databases, and its published answers. */
export function loadWorkbench(data: string): Suite {
  const questions = QUESTIONS.flatMap((name) =>
    readCsv(join(data, `${name}_queries_and_answers.csv`)).map((row, at) => ({ row, id: `${name}-${at + 1}` })),
  );
  const tasks: WorkbenchTask[] = [];
  const leftOut: { id: string; reason: string }[] = [];
  for (const { row, id } of questions) {
    const { query = "", answer = "[]", base_template = "", chosen_template = "" } = row;
    const words = readWords(chosen_template, query);
    const programs = words === undefined ? undefined : programOf(base_template, words);
    if (programs === undefined) {
      leftOut.push({
        id,
        reason:
          words === undefined ? "the request does not fit its template" : "no program is written for its template",
      });
      continue;
    }
    const calls = parsePythonValue(answer);
    const template = `${id.replace(/-\d+$/, "")}-${1 + Math.floor((Number(/\d+$/.exec(id)?.[0]) - 1) / 10)}`;
    tasks.push({
      id,
      template,
      servers: Object.keys(WORKBENCH_TOOLS).filter((server) => programs.typescript.includes(`${server}.`)),
      steps: [{ request: query, programs }],
      answer: (Array.isArray(calls) ? calls : []).map((call) => parsePythonCall(String(call))),
    });
  }
  return {
    name: "workbench",
    tasks,
    situation: SITUATION,
    isForeign: true,
    leftOut,
    writes: (tool) => WRITES.test(tool),
    open: () => openWorkbench(data, tasks),
  };
}

async function openWorkbench(data: string, tasks: readonly WorkbenchTask[]): Promise<World> {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), "codemode-evals-"));
  const start = readDatabases(data);
  const names = Object.keys(start);
  const fileOf = (name: string): string => join(folder, `${name}.json`);
  const texts = new Map(names.map((name) => [name, JSON.stringify(start[name])]));
  const read = (name: string): string => readFileSync(fileOf(name), "utf8");
  const reset = async (): Promise<void> => {
    for (const [name, text] of texts) writeFileSync(fileOf(name), text);
  };
  await reset();
  return {
    folder,
    servers: Object.fromEntries(
      names.map((name) => [
        name,
        typescriptServer(new URL("./workbench-server.ts", import.meta.url), name, fileOf(name)),
      ]),
    ),
    reset,
    state: async () =>
      names
        .filter((name) => read(name) !== texts.get(name))
        .map((name) => `${name}\n${sorted(JSON.parse(read(name)) as Database)}`)
        .join("\n"),
    check: async ({ id }) => {
      const answer = tasks.find((task) => task.id === id)?.answer ?? [];
      const touched = applyAnswer(start, answer);
      const wrong = names.filter((name) => {
        const wanted = touched[name];
        const text = read(name);
        if (wanted === undefined) return text !== texts.get(name);
        return sorted(JSON.parse(text) as Database) !== sorted(wanted);
      });
      return wrong.length === 0
        ? undefined
        : `The databases ${wrong.join(", ")} are not as the published calls leave them.`;
    },
    [Symbol.asyncDispose]: async () => rmSync(folder, { recursive: true, force: true }),
  };
}

function readDatabases(data: string): Databases {
  const databases = Object.entries(FILES).map(([name, file]) => [name, { rows: readCsv(join(data, file)), plots: [] }]);
  const addresses = readFileSync(join(data, "email_addresses.csv"), "utf8")
    .split(/\s+/)
    .filter((each) => each !== "");
  const directory = { rows: addresses.map((address) => ({ address })), plots: [] };
  return { ...Object.fromEntries(databases), company_directory: directory } as Databases;
}

/** The databases that the published calls change, as they leave them. Throws when a call cannot be made. */
function applyAnswer(start: Databases, answer: readonly PythonCall[]): Databases {
  const touched: Record<string, Database> = {};
  for (const { name, named } of answer) {
    const [server = "", tool = ""] = name.split(".");
    const database = (touched[server] ??= structuredClone(start[server] ?? { rows: [], plots: [] }));
    const found = WORKBENCH_TOOLS[server]?.find((each) => each.name === tool);
    if (found === undefined) throw new Error(`There is no tool ${name}.`);
    found.run(database, named);
  }
  return touched;
}

/** A database as text, whatever the order in which rows and plots were made. */
function sorted({ rows, plots }: Database): string {
  const lines = (items: readonly object[]): string[] =>
    items.map((item) => JSON.stringify(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))).toSorted();
  return [...lines(rows), ...lines(plots)].join("\n");
}
