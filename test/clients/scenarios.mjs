// Further rows of the laboratory: what happens in a real client beyond the calls of one program. Each scenario is a script for
// the stand-in, what our server is configured with, what is done from outside meanwhile, and what must hold.
import { execFile } from "node:child_process";
import { existsSync, readFileSync, watch, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { startCorpusServers } from "./corpus-servers.mjs";

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const GATED = join(root, "test/server/gated-server.mjs");
/** Time after which a run that its process left is known to be left. */
const LEASE_MS = 3_000;
/** Answers of a script, those that search for our tools included. */
const MOST_ANSWERS = 8;
/** Time that a client may take to end once it was asked to. */
const ENDING_MS = 10_000;

/** The command line with the configuration of a scenario; resolves to what it printed, as JSON. */
function codemode(folder, ...args) {
  const command = [join(root, "dist/cli.js"), ...args, "--json", "--config", join(folder, "codemode.json")];
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: folder }, (_error, out) => {
      try {
        resolve(JSON.parse(out));
      } catch {
        resolve({});
      }
    });
  });
}

function gated(folder) {
  writeFileSync(join(folder, "notes.txt"), "");
  return { command: process.execPath, args: [GATED, join(folder, "notes.txt"), join(folder, "gate")] };
}

/** Resolves when the upstream server has noted a call. */
async function noted(folder, text) {
  const file = join(folder, "notes.txt");
  const isThere = () => existsSync(file) && readFileSync(file, "utf8").includes(text);
  await new Promise((resolve) => {
    const end = () => {
      watcher.close();
      resolve();
    };
    const watcher = watch(folder, () => isThere() && end());
    if (isThere()) end();
  });
}

/** What a client has sent, from the log of the recorder. */
function sentBy(folder) {
  const lines = readFileSync(join(folder, "wire.jsonl"), "utf8").trimEnd().split("\n");
  return lines.map((line) => JSON.parse(line));
}

/**
 * A program meets a write that a person must approve.
 *
 * @param by who may, beside the host
 */
function approval(by = ["elicitation", "cli"]) {
  return {
    configure: (folder) => ({
      mcpServers: { gated: gated(folder) },
      policy: { preset: "ask-writes" },
      approvals: { by },
    }),
    script(folder) {
      let [asked, left] = [false, MOST_ANSWERS];
      let approved;
      return async ({ results, call }) => {
        left -= 1;
        if (left < 0 || results.includes("WROTE noted APPROVED")) return undefined;
        if (!asked) {
          const answer = call("execute_code", {
            code: 'const said = await gated.note({ text: "APPROVED" }); "WROTE " + said',
          });
          asked = answer.args?.code !== undefined;
          return answer;
        }
        const [runId] = /run_[0-9a-f]{20}/.exec(results) ?? [];
        if (runId === undefined) return undefined;
        approved ??= codemode(folder, "runs", "approve", runId);
        await approved;
        return call("get_execution", { run_id: runId });
      };
    },
    checks: ({ folder, results }) => ({
      "a write that asks is a question to a person, or waits by its run id": /runs approve|WROTE|was denied/.test(
        results,
      ),
      [`once it is approved the model has its value${by.length === 1 ? ", by the command line alone" : ""}`]:
        results.includes("WROTE noted APPROVED"),
      "the write is made once, and not when it is denied":
        readFileSync(join(folder, "notes.txt"), "utf8") === (results.includes("was denied") ? "" : "note APPROVED\n"),
    }),
    facts: ({ folder }) => [
      sentBy(folder).some(({ asked }) => asked === "person")
        ? "was asked in the client"
        : "was not asked in the client",
    ],
  };
}

/** A client is interrupted while a program of its model runs. */
function cancel() {
  return {
    configure: (folder) => ({ mcpServers: { gated: gated(folder) } }),
    script() {
      let [asked, left] = [false, MOST_ANSWERS];
      return async ({ call }) => {
        left -= 1;
        if (asked || left < 0) return undefined;
        const code =
          'console.log("PARTIAL OUTPUT"); await gated.note({ text: "begun" }); await gated.pass({ text: "x" })';
        const answer = call("execute_code", { code });
        asked = answer.args?.code !== undefined;
        return answer;
      };
    },
    async during({ folder, child }) {
      await noted(folder, "pass x");
      child.kill("SIGINT");
      await sleep(ENDING_MS);
    },
    async after({ folder }) {
      await sleep(LEASE_MS);
      const { runs = [] } = await codemode(folder, "runs", "list");
      const run = await codemode(folder, "runs", "show", runs[0]?.runId ?? "none");
      return { status: runs[0]?.status, stdout: run.stdout ?? "", calls: (run.toolCalls ?? []).length };
    },
    checks: ({ state }) => ({
      "a program whose client is interrupted does not run on": ["cancelled", "suspended", "failed"].includes(
        state.status,
      ),
      "what it did so far is found by its run id": state.stdout === "PARTIAL OUTPUT\n" && state.calls === 2,
    }),
    facts: ({ folder, state, status }) => {
      const reached = sentBy(folder).flatMap(({ method, end }) =>
        method === "notifications/cancelled" ? [method] : end === undefined ? [] : [`the end by ${end}`],
      );
      return [
        reached.length === 0 ? "nothing reached us" : `${[...new Set(reached)].join(", then ")} reached us`,
        `the client ended with ${status}`,
        `the run is ${state.status}`,
      ];
    },
  };
}

/** What a task says, and the tool that does it. */
const TASKS = {
  three: [
    { words: "add two numbers", tool: "get_sum" },
    { words: "list the files of a directory", tool: "list_directory" },
    { words: "create entities in the knowledge graph", tool: "create_entities" },
  ],
  catalogue: [
    { words: "transcript of a YouTube video", tool: "get_transcript" },
    { words: "convert a docx document to pdf", tool: "docx_to_pdf" },
    { words: "exchange rate of two currencies", tool: "exchange_rate" },
  ],
};

/** All texts in some data, as they are: line feeds written as JSON would hide where a name begins. */
function textsIn(data) {
  if (typeof data === "string") return [data];
  return typeof data === "object" && data !== null ? Object.values(data).flatMap(textsIn) : [];
}

/**
 * A model that writes a program once it has read the signature of the tool that its task needs, and looks for it until then:
 * by the client's own search where our tools are hidden, else by ours. Counted are its answers up to the program.
 */
function reader(tasks, turns) {
  let [at, count, searched] = [0, 0, 0];
  return async ({ tools, body, call, find }) => {
    const task = tasks[at];
    if (task === undefined) return undefined;
    count += 1;
    const has = (name) => tools.some((each) => each.name.endsWith(name));
    const isRead = textsIn(body).some((text) => new RegExp(`\\b${task.tool}\\(`).test(text));
    if (isRead && has("execute_code")) {
      turns.push(count);
      [at, count, searched] = [at + 1, 0, 0];
      return call("execute_code", { code: `"${task.tool} IS CALLED"` });
    }
    searched += 1;
    if (searched > 5) {
      turns.push(Number.POSITIVE_INFINITY);
      [at, count, searched] = [at + 1, 0, 0];
      return { text: "I did not find it." };
    }
    if (!has("execute_code") && find !== undefined) return find("execute_code");
    if (has("search_tools")) return call("search_tools", { query: task.words });
    return call("execute_code", { code: `await codemode.search(${JSON.stringify(task.words)})` });
  };
}

function turnsOf(name, most, configure) {
  return () => {
    const turns = [];
    return {
      isDeferred: true,
      isWarm: true,
      configure,
      script: () => reader(TASKS[name], turns),
      checks: () => ({
        [`${most} turns at most to the right program, ${name === "three" ? "3 servers" : "527 tools"}`]:
          turns.length === TASKS[name].length && Math.max(...turns) <= most,
      }),
      facts: () => [`turns: ${turns.join(", ")}`],
    };
  };
}

/** Scenarios by name; `servers` are the three reference servers. Each is made anew for a run. */
export function scenariosWith(servers) {
  return {
    approval: () => approval(),
    "approval-cli": () => approval(["cli"]),
    cancel,
    "turns-3-servers": turnsOf("three", 2, (folder) => ({ mcpServers: servers(folder) })),
    "turns-527-tools": () => {
      let corpus;
      return {
        ...turnsOf("catalogue", 3)(),
        async configure() {
          corpus = await startCorpusServers();
          return { mcpServers: corpus.entries };
        },
        close: () => corpus?.close(),
      };
    },
  };
}

/** Writes the configuration of a scenario, with a state directory of its own. */
export async function writeConfiguration(folder, settings) {
  const file = join(folder, "codemode.json");
  const state = { stateDir: join(folder, "state"), limits: { timeMs: 120_000 } };
  writeFileSync(file, JSON.stringify({ ...state, ...(await settings) }));
  return file;
}
