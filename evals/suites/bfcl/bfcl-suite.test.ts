import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Stage, type TaskRecord, WAYS } from "../../harness/perform.ts";
import { loadBfcl } from "./bfcl-suite.ts";
import { SERVICES } from "./bfcl-services.ts";

const folder = mkdtempSync(join(tmpdir(), "codemode-bfcl-"));
afterAll(() => rmSync(folder, { recursive: true }));

const text = { type: "string" };
const define = (name: string, properties: Record<string, unknown>): string =>
  JSON.stringify({
    name,
    description: name,
    parameters: { type: "dict", properties, required: Object.keys(properties) },
  });

/** Definitions of ours, in the form of the published ones. */
const DEFINITIONS: Readonly<Record<string, readonly string[]>> = {
  GorillaFileSystem: [
    define("cd", { folder: text }),
    define("mv", { source: text, destination: text }),
    define("cat", { file_name: text }),
    define("touch", { file_name: text }),
    define("echo", { content: text, file_name: text }),
    define("grep", { file_name: text, pattern: text }),
  ],
  TicketAPI: [define("create_ticket", { title: text, priority: { type: "integer" } })],
  TravelAPI: [
    define("book_flight", {
      access_token: text,
      card_id: text,
      travel_date: text,
      travel_from: text,
      travel_to: text,
      travel_class: text,
    }),
    define("cancel_booking", { access_token: text, booking_id: text }),
  ],
};

const file = (content: string) => ({ type: "file", content });
const DIALOGUES = [
  {
    id: "files",
    question: [
      [{ role: "user", content: "Put a.txt into box." }],
      [{ role: "user", content: "Show it and look for x; open a ticket." }],
    ],
    initial_config: {
      GorillaFileSystem: {
        root: {
          home: { type: "directory", contents: { "a.txt": file("x\ny"), box: { type: "directory", contents: {} } } },
        },
      },
      TicketAPI: { current_user: "mo", ticket_queue: [], ticket_counter: 4 },
    },
    involved_classes: ["GorillaFileSystem", "TicketAPI"],
  },
  {
    id: "flight",
    question: [[{ role: "user", content: "Book it." }], [{ role: "user", content: "Cancel it." }]],
    initial_config: {
      TravelAPI: { access_token: "t", credit_card_list: { c: { balance: 9_000 } }, booking_record: {} },
    },
    involved_classes: ["TravelAPI"],
  },
  {
    id: "no trace",
    question: [[{ role: "user", content: "Make n.txt and write x into it." }], [{ role: "user", content: "Show it." }]],
    initial_config: { GorillaFileSystem: { root: { home: { type: "directory", contents: {} } } } },
    involved_classes: ["GorillaFileSystem"],
  },
  {
    id: "unknown",
    question: [[{ role: "user", content: "Sing." }]],
    initial_config: {},
    involved_classes: ["MathAPI"],
  },
];
const ANSWERS = [
  {
    id: "files",
    ground_truth: [
      ["mv('a.txt', destination='box')"],
      [
        "cd(folder='box')",
        "cat('a.txt')",
        "grep(file_name='a.txt', pattern='x')",
        "create_ticket(title='look', priority=2)",
      ],
    ],
  },
  {
    id: "flight",
    ground_truth: [
      [
        "book_flight(access_token='t', card_id='c', travel_date='2026-01-02', travel_from='A', travel_to='B', travel_class='economy')",
      ],
      ["cancel_booking(access_token='t', booking_id='77')"],
    ],
  },
  {
    id: "no trace",
    ground_truth: [["touch(file_name='n.txt')", "echo(content='x', file_name='n.txt')"], ["cat(file_name='n.txt')"]],
  },
  { id: "unknown", ground_truth: [["sing(song='la')"]] },
];

const lines = (items: readonly unknown[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join("");
for (const [service, { file: name }] of Object.entries(SERVICES))
  writeFileSync(join(folder, name), (DEFINITIONS[service] ?? []).join("\n"));
writeFileSync(join(folder, "multi_turn_base.json"), lines(DIALOGUES));
writeFileSync(join(folder, "multi_turn_base_answers.json"), lines(ANSWERS));

const STATE = /^The services are not as the published calls leave them/;
/** What the checker says without a call of a tool. */
const LACKS: Readonly<Record<string, RegExp>> = {
  GorillaFileSystem__mv: STATE,
  GorillaFileSystem__cd: STATE,
  GorillaFileSystem__cat: /^No call answered as the published one does: cat /,
  GorillaFileSystem__grep: /^No call answered as the published one does: grep /,
  GorillaFileSystem__touch: /^No call answered as the published one does: touch /,
  GorillaFileSystem__echo: STATE,
  TicketAPI__create_ticket: STATE,
  TravelAPI__book_flight: STATE,
  TravelAPI__cancel_booking: STATE,
};

const plainly = (stage: Stage, steps: TaskRecord["calls"]["typescript"]) => ({
  steps,
  answers: [],
  call: (tool: string, args: Readonly<Record<string, unknown>>) => stage.plain.call(tool, args),
});

test(
  "dialogues end as the published calls leave the services, in every arm, and not without one of the calls",
  { timeout: 120_000 },
  async () => {
    const suite = loadBfcl(folder);
    expect(suite.leftOut).toEqual([{ id: "unknown", reason: "The answer calls sing, which no service has." }]);
    expect(suite.tasks[0]?.steps[1]?.programs.typescript).toBe(
      '[\n  await GorillaFileSystem.cd({ folder: "box" }),\n  ...(await Promise.all([GorillaFileSystem.cat({ file_name: "a.txt" }), GorillaFileSystem.grep({ file_name: "a.txt", pattern: "x" })])),\n  await TicketAPI.create_ticket({ title: "look", priority: 2 }),\n]',
    );
    await using stage = await Stage.open(suite);
    for (const task of suite.tasks) {
      const { ways, calls, rejected } = await stage.record(task);
      expect([task.id, rejected, ...WAYS.map((way) => ways[way].verdict)]).toEqual([
        task.id,
        undefined,
        ...WAYS.map(() => undefined),
      ]);
      expect(ways["code-typescript"].exchanges).toHaveLength(2);
      for (const left of calls.typescript.flat()) {
        const steps = calls.typescript.map((each) => each.filter((call) => call !== left));
        const { verdict } = await stage.replay(task, plainly(stage, steps));
        expect([left.tool, verdict]).toEqual([left.tool, expect.stringMatching(LACKS[left.tool] ?? /^$/)]);
      }
    }
  },
);
