import { addressOf } from "./calendar-programs.ts";
import { act, type Both, both, type CallPart, type ItemTest, list, program, type Values } from "./program-parts.ts";
import { dayOf, type Words } from "./read-words.ts";
import type { TemplateProgram } from "./template-program.ts";

const OVERDUE: ItemTest = ["due_date", "<", "2023-11-30"];
const UNFINISHED: ItemTest = ["list_name", "not in", ["Completed"]];

/** Tasks that hold some texts, into `tasks`. */
export function tasksOf(args: Values, tests: readonly ItemTest[] = []): Both {
  return list("tasks", { tool: "project_management.search_tasks", args, tests });
}

/** Overdue tasks of somebody, into `tasks`. */
export function overdueTasks(name: string): Both {
  return tasksOf({ assigned_to_email: name.toLowerCase() }, [OVERDUE, UNFINISHED]);
}

/** A task in the backlog for the address. */
export function createTask(task_name: string, board: string, due_date: string): CallPart {
  const args = { task_name, assigned_to_email: { variable: "address" }, list_name: "Backlog", due_date, board };
  return { tool: "project_management.create_task", args };
}

function update(field: string, new_value: CallPart["args"][string]): CallPart {
  const args = { task_id: { field: "task_id" }, field, new_value };
  return { tool: "project_management.update_task", args, each: "tasks" };
}

function move(
  name: string | undefined,
  { from, to, tests = [] }: { from?: string; to: string; tests?: readonly ItemTest[] },
): Both {
  const args = { assigned_to_email: (name ?? "").toLowerCase(), ...(from === undefined ? {} : { list_name: from }) };
  return program(tasksOf(args, tests), act(update("list_name", to)));
}

function hand(
  { name_1 = "", name_2 = "" }: Words,
  { from, tests = [], pick }: { from?: string; tests?: readonly ItemTest[]; pick?: Both },
): Both {
  const args = { assigned_to_email: name_1.toLowerCase(), ...(from === undefined ? {} : { list_name: from }) };
  return program(
    tasksOf(args, tests),
    ...(pick === undefined ? [] : [pick]),
    addressOf(name_2),
    act(update("assigned_to_email", { variable: "address" })),
  );
}

const MOST_URGENT = both(
  "tasks.sort((a, b) => a.due_date.localeCompare(b.due_date)).splice(1);",
  'tasks = sorted(tasks, key=lambda task: task["due_date"])[:1]',
);

/** Programs of the requests about projects alone. */
export const projectProgram: readonly TemplateProgram[] = [
  { template: /in progress to in review$/, write: ({ name }) => move(name, { from: "In Progress", to: "In Review" }) },
  {
    template: /^Add a new task to the/,
    write: ({ board = "", task_name = "", name = "", natural_language_due_date = "" }) =>
      program(addressOf(name), act(createTask(task_name, board, dayOf(natural_language_due_date)))),
  },
  {
    template: /overdue tasks in the backlog to in progress/,
    write: ({ name }) => move(name, { from: "Backlog", to: "In Progress", tests: [OVERDUE] }),
  },
  { template: /in review to completed/, write: ({ name }) => move(name, { from: "In Review", to: "Completed" }) },
  { template: /is sick so reassign/, write: (words) => hand(words, { from: "In Progress" }) },
  {
    template: /is on vacation now/,
    // The published answers count what has been begun and not handed in for review.
    write: ({ name_1 }) => move(name_1, { from: "In Progress", to: "Backlog" }),
  },
  { template: /hasn't started to/, write: (words) => hand(words, { from: "Backlog", tests: [OVERDUE] }) },
  { template: /most urgent task/, write: (words) => hand(words, { tests: [UNFINISHED], pick: MOST_URGENT }) },
];
