import type { StateTool } from "../../servers/serve-state.ts";

/** A row of a database, all texts. */
type Row = Record<string, string>;

/** A database: its rows, and what was drawn of it. */
export interface Database {
  rows: Row[];
  readonly plots: Row[];
}

type DatabaseTool = StateTool<Database>;
type Arguments = Readonly<Record<string, unknown>>;

/** The moment at which every request is made. */
const NOW = "2023-11-30 00:00:00";

const TEXT = { type: "string" };
const input = (names: readonly string[], required: readonly string[] = []) =>
  ({ type: "object", properties: Object.fromEntries(names.map((name) => [name, TEXT])), required }) as const;
/** A list, wrapped as servers do whose functions return lists. */
const rowsOf = (names: readonly string[]) =>
  ({
    type: "object",
    properties: {
      result: { type: "array", items: { type: "object", properties: input(names).properties, required: names } },
    },
    required: ["result"],
    "x-fastmcp-wrap-result": true,
  }) as const;
const COUNTS = { type: "object", additionalProperties: { type: "number" } } as const;

const text = (value: unknown): string =>
  typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
const holds = (whole: string | undefined, part: unknown): boolean =>
  (whole ?? "").toLowerCase().includes(text(part).toLowerCase());

function find({ rows }: Database, key: string, id: unknown): Row {
  const row = rows.find((each) => each[key] === id);
  if (row === undefined) throw new Error(`Nothing has the ${key} ${text(id)}.`);
  return row;
}

function nextId({ rows }: Database, key: string): string {
  return String(Math.max(0, ...rows.map((row) => Number(row[key]))) + 1).padStart(8, "0");
}

/** Tools that get, delete and update a row by its id. */
function rowTools(
  thing: string,
  { key, fields, changes = true }: { key: string; fields: readonly string[]; changes?: boolean },
) {
  const get: DatabaseTool = {
    name: `get_${thing}_information_by_id`,
    description: `Gets one field of the ${thing} with an id.`,
    inputSchema: input([key, "field"], [key, "field"]),
    readOnly: true,
    run: (state, args) =>
      find(state, key, args[key])[text(args["field"])] ?? `There is no field ${text(args["field"])}.`,
  };
  const remove: DatabaseTool = {
    name: `delete_${thing}`,
    description: `Deletes the ${thing} with an id.`,
    inputSchema: input([key], [key]),
    readOnly: false,
    run: (state, args) => {
      const row = find(state, key, args[key]);
      state.rows = state.rows.filter((each) => each !== row);
      return `The ${thing} was deleted.`;
    },
  };
  const update: DatabaseTool = {
    name: `update_${thing}`,
    description: `Sets one field of the ${thing} with an id: ${fields.join(", ")}.`,
    inputSchema: input([key, "field", "new_value"], [key, "field", "new_value"]),
    readOnly: false,
    run: (state, args) => {
      const field = text(args["field"]);
      if (!fields.includes(field)) throw new Error(`There is no field ${field}. Fields: ${fields.join(", ")}.`);
      find(state, key, args[key])[field] = text(args["new_value"]);
      return `The ${thing} was updated.`;
    },
  };
  return changes ? [get, remove, update] : [get, remove];
}

/** A tool that adds a row; what is not given is empty. */
function creates(
  name: string,
  { key, fields, required }: { key: string; fields: readonly string[]; required: readonly string[] },
): DatabaseTool {
  return {
    name,
    description: `${name.replace("_", "s a new ").replace("create", "Create").replace("add", "Add")} and returns its id.`,
    inputSchema: input(fields, required),
    readOnly: false,
    run: (state, args) => {
      const id = nextId(state, key);
      state.rows.push({ [key]: id, ...Object.fromEntries(fields.map((field) => [field, text(args[field])])) });
      return id;
    },
  };
}

const EVENT = ["event_name", "participant_email", "event_start", "duration"];
const CALENDAR: readonly DatabaseTool[] = [
  ...rowTools("event", { key: "event_id", fields: EVENT }),
  creates("create_event", { key: "event_id", fields: EVENT, required: EVENT }),
  {
    name: "search_events",
    description:
      "Searches events by a part of their name or of the participant's address, and by their start; the earliest first.",
    inputSchema: input(["query", "time_min", "time_max"]),
    outputSchema: rowsOf(["event_id", ...EVENT]),
    readOnly: true,
    run: ({ rows }, { query, time_min = "", time_max = "9" }) => ({
      result: rows
        .filter(({ event_name, participant_email }) => holds(event_name, query) || holds(participant_email, query))
        .filter(({ event_start = "" }) => event_start >= text(time_min) && event_start <= text(time_max))
        .toSorted((a, b) => text(a["event_start"]).localeCompare(text(b["event_start"]))),
    }),
  },
];

const EMAIL_KEYS = ["email_id", "inbox/outbox", "sender/recipient", "subject", "sent_datetime", "body"];

function sendEmail(state: Database, recipient: unknown, { subject, body }: { subject: string; body: string }): string {
  const sent = { "inbox/outbox": "outbox", "sender/recipient": text(recipient), subject, sent_datetime: NOW, body };
  state.rows.push({ email_id: nextId(state, "email_id"), ...sent });
  return "The email was sent.";
}

const EMAIL: readonly DatabaseTool[] = [
  ...rowTools("email", { key: "email_id", fields: [], changes: false }),
  {
    name: "search_emails",
    description: "Searches emails whose subject, body or sender hold all words of the query; the latest first.",
    inputSchema: input(["query", "date_min", "date_max"]),
    outputSchema: rowsOf(EMAIL_KEYS),
    readOnly: true,
    run: ({ rows }, { query, date_min = "", date_max = "9" }) => ({
      result: rows
        .filter((row) => {
          const whole = `${row["subject"]} ${row["body"]} ${row["sender/recipient"]}`;
          return text(query)
            .split(" ")
            .every((word) => holds(whole, word));
        })
        .filter(
          ({ sent_datetime = "" }) => sent_datetime >= text(date_min) && sent_datetime.slice(0, 10) <= text(date_max),
        )
        .toSorted((a, b) => text(b["sent_datetime"]).localeCompare(text(a["sent_datetime"]))),
    }),
  },
  {
    name: "send_email",
    description: "Sends an email.",
    inputSchema: input(["recipient", "subject", "body"], ["recipient", "subject", "body"]),
    readOnly: false,
    run: (state, { recipient, subject, body }) =>
      sendEmail(state, recipient, { subject: text(subject), body: text(body) }),
  },
  {
    name: "forward_email",
    description: "Forwards an email to an address.",
    inputSchema: input(["email_id", "recipient"], ["email_id", "recipient"]),
    readOnly: false,
    run: (state, { email_id, recipient }) => {
      const { subject = "", body = "" } = find(state, "email_id", email_id);
      return sendEmail(state, recipient, { subject: `FW: ${subject}`, body });
    },
  },
  {
    name: "reply_email",
    description: "Replies to the sender of an email.",
    inputSchema: input(["email_id", "body"], ["email_id", "body"]),
    readOnly: false,
    run: (state, { email_id, body }) => {
      const email = find(state, "email_id", email_id);
      return sendEmail(state, email["sender/recipient"], { subject: text(email["subject"]), body: text(body) });
    },
  },
];

const TASK = ["task_name", "assigned_to_email", "list_name", "due_date", "board"];
const PROJECTS: readonly DatabaseTool[] = [
  ...rowTools("task", { key: "task_id", fields: TASK }),
  creates("create_task", { key: "task_id", fields: TASK, required: TASK }),
  {
    name: "search_tasks",
    description: "Searches tasks whose fields hold the given texts.",
    inputSchema: input(TASK),
    outputSchema: rowsOf(["task_id", ...TASK]),
    readOnly: true,
    run: ({ rows }, args) => ({ result: matching(rows, args) }),
  },
];

const CUSTOMER = [
  "customer_name",
  "assigned_to_email",
  "customer_email",
  "customer_phone",
  "last_contact_date",
  "product_interest",
  "status",
  "notes",
  "follow_up_by",
];
const CUSTOMERS: readonly DatabaseTool[] = [
  ...rowTools("customer", { key: "customer_id", fields: CUSTOMER }).slice(1),
  creates("add_customer", { key: "customer_id", fields: CUSTOMER, required: CUSTOMER.slice(0, 2) }),
  {
    name: "search_customers",
    description:
      "Searches customers whose fields hold the given texts and whose last contact and follow-up lie between the given days.",
    inputSchema: input([
      ...CUSTOMER.filter((name) => !/date|follow|notes/.test(name)),
      "last_contact_date_min",
      "last_contact_date_max",
      "follow_up_by_min",
      "follow_up_by_max",
    ]),
    outputSchema: rowsOf(["customer_id", ...CUSTOMER]),
    readOnly: true,
    run: (
      { rows },
      {
        last_contact_date_min = "",
        last_contact_date_max = "9",
        follow_up_by_min = "",
        follow_up_by_max = "9",
        ...args
      },
    ) => ({
      result: matching(rows, args)
        .filter(
          ({ last_contact_date = "" }) =>
            last_contact_date >= text(last_contact_date_min) && last_contact_date <= text(last_contact_date_max),
        )
        .filter(
          ({ follow_up_by = "" }) => follow_up_by >= text(follow_up_by_min) && follow_up_by <= text(follow_up_by_max),
        ),
    }),
  },
];

function matching(rows: readonly Row[], args: Arguments): readonly Row[] {
  return rows.filter((row) => Object.entries(args).every(([field, part]) => holds(row[field], part)));
}

/** Visits of each day between two days, both included. */
function byDay(
  { rows }: Database,
  { time_min = "", time_max = "9" }: Arguments,
  test: (row: Row) => boolean,
): Map<string, Row[]> {
  const days = new Map<string, Row[]>();
  for (const row of rows.toSorted((a, b) => text(a["date_of_visit"]).localeCompare(text(b["date_of_visit"])))) {
    const day = text(row["date_of_visit"]);
    if (day < text(time_min) || day > text(time_max)) continue;
    days.set(day, [...(days.get(day) ?? []), ...(test(row) ? [row] : [])]);
  }
  return days;
}

function perDay(
  name: string,
  description: string,
  parts: { test?: (row: Row, args: Arguments) => boolean; mean?: boolean; more?: readonly string[] },
): DatabaseTool {
  const { test = () => true, mean = false, more = [] } = parts;
  return {
    name,
    description: `${description} for each day between two days, both included.`,
    inputSchema: input(["time_min", "time_max", ...more]),
    outputSchema: COUNTS,
    readOnly: true,
    run: (state, args) => {
      const days = byDay(state, args, (row) => test(row, args));
      const seconds = (rows: readonly Row[]): number =>
        rows.reduce((sum, row) => sum + Number(row["session_duration_seconds"]), 0);
      return Object.fromEntries(
        [...days].map(([day, rows]) => [day, mean ? seconds(rows) / Math.max(1, rows.length) : rows.length]),
      );
    },
  };
}

const ANALYTICS: readonly DatabaseTool[] = [
  rowTools("visitor", { key: "visitor_id", fields: [] })[0],
  perDay("total_visits_count", "Counts visits", {}),
  perDay("engaged_users_count", "Counts engaged users", { test: (row) => row["user_engaged"] === "True" }),
  perDay("traffic_source_count", "Counts visits from a source (direct, referral, search engine, social media)", {
    more: ["traffic_source"],
    test: (row, { traffic_source }) => traffic_source === undefined || row["traffic_source"] === traffic_source,
  }),
  perDay("get_average_session_duration", "Averages the seconds of a session", { mean: true }),
  {
    name: "create_plot",
    description:
      "Plots a value (total_visits, session_duration_seconds, user_engaged, visits_direct, visits_referral, visits_search_engine, visits_social_media) between two days as bar, line, scatter or histogram.",
    inputSchema: input(
      ["time_min", "time_max", "value_to_plot", "plot_type"],
      ["time_min", "time_max", "value_to_plot", "plot_type"],
    ),
    readOnly: false,
    run: ({ plots }: Database, args: Arguments) => {
      plots.push(Object.fromEntries(Object.entries(args).map(([name, value]) => [name, text(value)])));
      return `plots/${text(args["time_min"])}_${text(args["time_max"])}_${text(args["value_to_plot"])}_${text(args["plot_type"])}.png`;
    },
  },
].flatMap((tool) => tool ?? []);

const DIRECTORY: readonly DatabaseTool[] = [
  {
    name: "find_email_address",
    description: "Finds the addresses of colleagues by a part of their name.",
    inputSchema: input(["name"], ["name"]),
    outputSchema: {
      type: "object",
      properties: { result: { type: "array", items: TEXT } },
      required: ["result"],
      "x-fastmcp-wrap-result": true,
    },
    readOnly: true,
    run: ({ rows }, { name }) => ({
      result: rows.map(({ address }) => text(address)).filter((address) => holds(address, name)),
    }),
  },
];

/** Tools of each database, by the name of its server. */
export const WORKBENCH_TOOLS: Readonly<Record<string, readonly DatabaseTool[]>> = {
  analytics: ANALYTICS,
  calendar: CALENDAR,
  company_directory: DIRECTORY,
  customer_relationship_manager: CUSTOMERS,
  email: EMAIL,
  project_management: PROJECTS,
};
