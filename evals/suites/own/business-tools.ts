import type { StateTool } from "../../servers/serve-state.ts";
import type { Business } from "./business-state.ts";
import { drawBars } from "./draw-bars.ts";

type BusinessTool = StateTool<Business>;
type Arguments = Readonly<Record<string, unknown>>;

const TEXT = { type: "string" };
const object = (properties: Record<string, unknown>, required: readonly string[] = []) =>
  ({ type: "object", properties, required, additionalProperties: false }) as const;
const listOf = (name: string, properties: Record<string, unknown>) => ({
  type: "object" as const,
  properties: { [name]: { type: "array", items: object(properties, Object.keys(properties)) } },
  required: [name],
});

/** Words of a tool that reads: it is checked by nothing else. */
const reads = (tool: Omit<BusinessTool, "readOnly">): BusinessTool => ({ ...tool, readOnly: true });
const acts = (tool: Omit<BusinessTool, "readOnly">): BusinessTool => ({ ...tool, readOnly: false });

function find<Item extends { readonly id: string }>(items: readonly Item[], id: unknown): Item {
  const found = items.find((item) => item.id === id);
  if (found === undefined) throw new Error(`There is nothing with the id ${String(id)}.`);
  return found;
}

/** Items whose fields equal all arguments that are given. */
function matching<Item extends object>(items: readonly Item[], args: Arguments): readonly Item[] {
  const wanted = Object.entries(args).filter(([, value]) => value !== undefined);
  return items.filter((item) => wanted.every(([field, value]) => Reflect.get(item, field) === value));
}

/** Sets the fields that are given; the id stays. */
function change<Item extends object>(item: Item, { id: _id, ...fields }: Arguments): Item {
  return Object.assign(item, fields);
}

const MAIL: readonly BusinessTool[] = [
  reads({
    name: "list_messages",
    description:
      "List messages of the mailbox without their bodies, optionally of one folder, sender or unread ones only.",
    inputSchema: object({ folder: TEXT, from: { ...TEXT, description: "Full address." }, unread: { type: "boolean" } }),
    outputSchema: listOf("messages", {
      id: TEXT,
      folder: TEXT,
      from: TEXT,
      to: TEXT,
      subject: TEXT,
      unread: { type: "boolean" },
    }),
    run: ({ messages }, args) => ({ messages: matching(messages, args).map(({ body: _body, ...rest }) => rest) }),
  }),
  reads({
    name: "read_message",
    description: "Read one message with its whole body as text.",
    inputSchema: object({ id: TEXT }, ["id"]),
    run: ({ messages }, { id }) => {
      const { from, to, subject, body } = find(messages, id);
      return `From: ${from}\nTo: ${to}\nSubject: ${subject}\n\n${body}`;
    },
  }),
  acts({
    name: "send_message",
    description: "Send a message to one address.",
    inputSchema: object({ to: TEXT, subject: TEXT, body: TEXT }, ["to", "subject", "body"]),
    run: (state, { to, subject, body }) => {
      state.created += 1;
      const id = `S-${state.created}`;
      const sent = { id, folder: "sent", from: "me@shop.example", unread: false };
      state.messages.push({ ...sent, to: String(to), subject: String(subject), body: String(body) });
      return `Sent ${id} to ${String(to)}.`;
    },
  }),
  acts({
    name: "move_message",
    description: "Move a message to another folder.",
    inputSchema: object({ id: TEXT, folder: TEXT }, ["id", "folder"]),
    run: ({ messages }, { id, folder }) => {
      find(messages, id).folder = String(folder);
      return `Moved ${String(id)} to ${String(folder)}.`;
    },
  }),
];

const EVENT = { title: TEXT, start: TEXT, end: TEXT, attendees: { type: "array", items: TEXT } };

const CALENDAR: readonly BusinessTool[] = [
  reads({
    name: "list_events",
    description: "List events of the calendar that begin between two days, both included.",
    inputSchema: object({ from_day: { ...TEXT, description: "As 2026-03-02." }, to_day: TEXT }, ["from_day", "to_day"]),
    outputSchema: listOf("events", { id: TEXT, ...EVENT }),
    run: ({ events }, { from_day, to_day }) => ({
      events: events.filter(
        ({ start }) => start.slice(0, 10) >= String(from_day) && start.slice(0, 10) <= String(to_day),
      ),
    }),
  }),
  acts({
    name: "create_event",
    description: "Create an event in the calendar.",
    inputSchema: object(EVENT, ["title", "start", "end", "attendees"]),
    run: (state, { title, start, end, attendees }) => {
      state.created += 1;
      const event = { id: `N-${state.created}`, title: String(title), start: String(start), end: String(end) };
      state.events.push({ ...event, attendees: attendees as string[] });
      return `Created ${event.id}.`;
    },
  }),
  acts({
    name: "update_event",
    description: "Change the title or the times of an event.",
    inputSchema: object({ id: TEXT, title: TEXT, start: TEXT, end: TEXT }, ["id"]),
    run: ({ events }, args) => `Changed ${change(find(events, args["id"]), args).id}.`,
  }),
  acts({
    name: "cancel_event",
    description: "Cancel an event and take it out of the calendar.",
    inputSchema: object({ id: TEXT }, ["id"]),
    run: (state, { id }) => {
      const { title } = find(state.events, id);
      state.events = state.events.filter((event) => event.id !== id);
      return `Cancelled "${title}".`;
    },
  }),
];

const TICKET = { id: TEXT, title: TEXT, customer: TEXT, status: TEXT, priority: TEXT, assignee: TEXT, updated: TEXT };

const TICKETS: readonly BusinessTool[] = [
  reads({
    name: "list_tickets",
    description: "List support tickets, optionally with one status, priority, assignee or customer id only.",
    inputSchema: object({
      status: { enum: ["open", "waiting", "resolved", "closed"] },
      priority: { enum: ["low", "normal", "high"] },
      assignee: TEXT,
      customer: TEXT,
    }),
    outputSchema: listOf("tickets", TICKET),
    run: ({ tickets }, args) => ({ tickets: matching(tickets, args).map(({ comments: _comments, ...rest }) => rest) }),
  }),
  reads({
    name: "get_ticket",
    description: "Get one support ticket with its comments.",
    inputSchema: object({ id: TEXT }, ["id"]),
    run: ({ tickets }, { id }) => find(tickets, id),
  }),
  acts({
    name: "update_ticket",
    description: "Change status, priority or assignee of a support ticket.",
    inputSchema: object({ id: TEXT, status: TEXT, priority: TEXT, assignee: TEXT }, ["id"]),
    run: ({ tickets }, args) => `Changed ${change(find(tickets, args["id"]), args).id}.`,
  }),
  acts({
    name: "add_comment",
    description: "Add a comment to a support ticket.",
    inputSchema: object({ id: TEXT, text: TEXT }, ["id", "text"]),
    run: ({ tickets }, { id, text }) => `${find(tickets, id).comments.push(String(text))} comments.`,
  }),
];

const CUSTOMER = { id: TEXT, name: TEXT, email: TEXT, region: TEXT, plan: TEXT, owner: TEXT, renewal: TEXT };

const CUSTOMERS: readonly BusinessTool[] = [
  reads({
    name: "find_customers",
    description: "Find customers, optionally of one name, region, plan or owner only.",
    inputSchema: object({ name: TEXT, region: TEXT, plan: { enum: ["free", "team", "premium"] }, owner: TEXT }),
    outputSchema: listOf("customers", CUSTOMER),
    run: ({ customers }, args) => ({ customers: matching(customers, args) }),
  }),
  reads({
    name: "get_customer",
    description: "Get one customer by id.",
    inputSchema: object({ id: TEXT }, ["id"]),
    run: ({ customers }, { id }) => find(customers, id),
  }),
  acts({
    name: "update_customer",
    description: "Change plan or owner of a customer.",
    inputSchema: object({ id: TEXT, plan: TEXT, owner: TEXT }, ["id"]),
    run: ({ customers }, args) => `Changed ${change(find(customers, args["id"]), args).id}.`,
  }),
  reads({
    name: "sales_chart",
    description: "Draw the sales of a region by quarter as an image.",
    inputSchema: object({ region: TEXT }, ["region"]),
    run: (_state, { region }) => ({
      png: drawBars([3, 5, 2, 4].map((height) => height * (1 + (String(region).length % 3)))),
    }),
  }),
];

/** Tools of the business: mail, calendar, tickets, customers. */
export const BUSINESS_TOOLS: readonly BusinessTool[] = [...MAIL, ...CALENDAR, ...TICKETS, ...CUSTOMERS];
