import type { JsonSchema } from "../../src/schema/json-schema.ts";
import { defineTool, type FunctionTool } from "../../src/sources/functions/define-tool.ts";

const text: JsonSchema = { type: "string" };
const whole: JsonSchema = { type: "integer" };
const textOrNull: JsonSchema = { type: ["string", "null"] };
const priority: JsonSchema = { enum: ["low", "medium", "high", "urgent"] };

interface Task {
  readonly id: number;
  readonly title: string;
  readonly assignee: string | null;
  readonly priority: string;
  readonly due: string | null;
  readonly labels: readonly string[];
  readonly estimate: number | null;
}

const TASKS: readonly Task[] = Array.from({ length: 23 }, (_, i) => ({
  id: i + 1,
  title: `Task ${i + 1}`,
  assignee: ["ann", "ben", null][i % 3] ?? null,
  priority: ["low", "high", "medium", "urgent"][i % 4] ?? "low",
  due: i % 5 === 4 ? null : `2025-0${1 + (i % 9)}-1${i % 10}`,
  labels: i % 2 === 1 ? ["bug"] : ["feature", "ui"],
  estimate: i % 4 === 3 ? null : (i % 5) + 0.5,
}));

const REPORT =
  'region,amount,day\nnorth,10.50,2025-01-01\nsouth,20.25,2025-01-02\nnorth,5,2025-02-01\n"east, far",7.75,2025-02-03\n';
const LOG =
  "2025-05-01T10:00:00Z INFO  api started in 120ms\n2025-05-01T10:00:03Z ERROR api GET /users/42 failed: timeout after 3000ms\n2025-05-01T10:01:00Z WARN  db slow query 850ms\n2025-05-01T10:02:11Z ERROR db deadlock detected (tx=991)";

/** The tools of a desk with 23 tasks in pages of ten; what they change is added to `written`, one line a change. */
export function deskTools(written: string[]): readonly FunctionTool[] {
  return [searchTasks(), ...writingTools(written), ...readingTools()];
}

function searchTasks(): FunctionTool {
  return defineTool({
    name: "search_tasks",
    description: "Searches tasks, ten a page at most.",
    inputSchema: closed({
      query: text,
      cursor: textOrNull,
      page_size: { type: "integer", minimum: 1, maximum: 10 },
      priority,
    }),
    outputSchema: closed(
      {
        items: {
          type: "array",
          items: closed(
            {
              id: whole,
              title: text,
              assignee: textOrNull,
              priority: text,
              due: textOrNull,
              labels: { type: "array", items: text },
              estimate: { type: ["number", "null"] },
            },
            ["id", "title", "assignee", "priority", "due", "labels", "estimate"],
          ),
        },
        next_cursor: textOrNull,
        total: whole,
      },
      ["items", "next_cursor", "total"],
    ),
    execute: ({ query = "", cursor, page_size: size = 10, priority: wanted }) => {
      const all = TASKS.filter(
        (task) => (wanted === undefined || task.priority === wanted) && task.title.includes(String(query)),
      );
      const at = Number(cursor ?? 0);
      const end = at + Number(size);
      return { items: all.slice(at, end), next_cursor: end < all.length ? String(end) : null, total: all.length };
    },
  });
}

function writingTools(written: string[]): readonly FunctionTool[] {
  let syncs = 0;
  return [
    defineTool({
      name: "update_task",
      description: "Changes one task.",
      inputSchema: closed(
        { task_id: whole, fields: closed({ title: text, assignee: textOrNull, priority, due: text }) },
        ["task_id", "fields"],
      ),
      outputSchema: closed({ ok: { type: "boolean" }, task_id: whole }, ["ok", "task_id"]),
      execute: ({ task_id: id, fields }) => {
        written.push(`update ${String(id)} ${JSON.stringify(fields)}`);
        return { ok: true, task_id: id };
      },
    }),
    defineTool({
      name: "flaky_sync",
      description: "Starts a sync; the service is often busy, twice of three times.",
      inputSchema: closed({ job: text }, ["job"]),
      execute: ({ job }) => {
        syncs += 1;
        if (syncs % 3 !== 0) throw new Error("503 Service Unavailable: retry later");
        written.push(`sync ${String(job)}`);
        return JSON.stringify({ job, state: "ok", attempt: syncs });
      },
    }),
    defineTool({
      name: "send-message",
      description: "Sends a message to a channel.",
      inputSchema: closed({ channel: { type: "string", pattern: "^#" }, text, urgent: { type: "boolean" } }, [
        "channel",
        "text",
      ]),
      outputSchema: closed({ message_id: text }, ["message_id"]),
      execute: ({ channel, text: said }) => {
        written.push(`msg ${String(channel)} ${String(said)}`);
        return { message_id: `m${written.length}` };
      },
    }),
  ];
}

function readingTools(): readonly FunctionTool[] {
  return [
    defineTool({
      name: "read_report",
      description: "Reads a report as CSV text.",
      inputSchema: closed({ name: text }, ["name"]),
      execute: () => REPORT,
    }),
    defineTool({
      name: "whoami",
      description: "Gives the user as JSON text.",
      inputSchema: closed({}),
      execute: () => JSON.stringify({ name: "Ann", roles: ["admin", "dev"], profile: { tz: "Europe/Berlin" } }),
    }),
    defineTool({
      name: "logs",
      description: "Gives log lines of a service.",
      inputSchema: closed({ service: text, lines: whole }, ["service"]),
      execute: () => LOG,
    }),
  ];
}

function closed(properties: { readonly [name: string]: JsonSchema }, required: readonly string[] = []): JsonSchema {
  return { type: "object", properties, required, additionalProperties: false };
}
