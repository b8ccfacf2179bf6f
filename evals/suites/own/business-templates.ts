import type { Business, Ticket } from "./business-state.ts";
import type { Template } from "./template.ts";

const servers = ["business"];

/** What the business server does for a message that is sent. */
function send(business: Business, to: string, text: { readonly subject: string; readonly body: string }): void {
  business.created += 1;
  const sent = { id: `S-${business.created}`, folder: "sent", from: "me@shop.example", unread: false };
  business.messages.push({ ...sent, to, ...text });
}

function ticketsOf({ tickets }: Business, test: (ticket: Ticket) => boolean): readonly Ticket[] {
  return tickets.filter(test);
}

function later(time: string, hours: number): string {
  return `${time.slice(0, 11)}${String(Number(time.slice(11, 13)) + hours).padStart(2, "0")}${time.slice(13)}`;
}

/** Tasks that one call answers, or that need nothing: code has little to give here. */
export const SMALL_BUSINESS_TEMPLATES: readonly Template[] = [
  {
    name: "read-one-message",
    servers,
    tasks: [{ id: "M-1003" }, { id: "M-1042" }],
    request: ({ id }) => `What amount does message ${id} ask about, and until when do they want an answer?`,
    programs: {
      typescript: "await business.read_message({ id: $id })",
      python: "await business.read_message(id=$id)",
    },
    want: () => {},
  },
  {
    name: "raise-one-ticket",
    servers,
    tasks: [{ id: "T-504" }, { id: "T-517" }],
    request: ({ id }) => `Set the priority of ticket ${id} to urgent.`,
    programs: {
      typescript: 'await business.update_ticket({ id: $id, priority: "urgent" })',
      python: 'await business.update_ticket(id=$id, priority="urgent")',
    },
    want: ({ business }, { id }) => {
      for (const ticket of ticketsOf(business, (each) => each.id === id)) ticket.priority = "urgent";
    },
  },
  {
    name: "look-at-a-chart",
    servers,
    tasks: [{ region: "north" }, { region: "east" }],
    request: ({ region }) => `Look at the sales chart of the ${region} region. Which quarter was the best?`,
    programs: {
      typescript:
        'import { emit } from "codemode";\nconst chart = await business.sales_chart({ region: $region });\nfor (const item of chart) emit(item);\n"see the image"',
      python:
        "from codemode import emit\nchart = await business.sales_chart(region=$region)\nfor item in chart:\n    emit(item)\n'see the image'",
    },
    want: () => {},
  },
  {
    name: "nothing-to-cancel",
    servers,
    tasks: [
      { day: "2026-03-02", title: "Offsite" },
      { day: "2026-03-05", title: "Board meeting" },
    ],
    request: ({ day, title }) => `Cancel every event called "${title}" on ${day}, if there is one.`,
    programs: {
      typescript: `const { events } = await business.list_events({ from_day: $day, to_day: $day });
const cancelled = await Promise.all(events.filter((e) => e.title === $title).map((e) => business.cancel_event({ id: e.id })));
cancelled.length`,
      python: `import asyncio
events = (await business.list_events(from_day=$day, to_day=$day))["events"]
cancelled = await asyncio.gather(*[business.cancel_event(id=e["id"]) for e in events if e["title"] == $title])
len(cancelled)`,
    },
    want: () => {},
  },
  {
    name: "event-and-message",
    servers,
    tasks: [
      { title: "Quarter review", start: "2026-03-12T15:00", end: "2026-03-12T16:00", who: "chloe" },
      { title: "Demo", start: "2026-03-13T10:00", end: "2026-03-13T10:30", who: "bram" },
    ],
    request: ({ title, start, end, who }) =>
      `Put "${title}" into the calendar from ${start} to ${end} with ${who}, and write to ${who}@shop.example with the subject "${title}" and the text "It is in your calendar."`,
    programs: {
      typescript: `await Promise.all([
  business.create_event({ title: $title, start: $start, end: $end, attendees: [$who] }),
  business.send_message({ to: $who + "@shop.example", subject: $title, body: "It is in your calendar." }),
]);
"done"`,
      python: `import asyncio
await asyncio.gather(
    business.create_event(title=$title, start=$start, end=$end, attendees=[$who]),
    business.send_message(to=$who + "@shop.example", subject=$title, body="It is in your calendar."),
)
"done"`,
    },
    want: ({ business }, { title = "", start = "", end = "", who = "" }) => {
      business.created += 1;
      business.events.push({ id: `N-${business.created}`, title, start, end, attendees: [who] });
      send(business, `${who}@shop.example`, { subject: title, body: "It is in your calendar." });
    },
  },
];

/** Tasks over many items of the business. */
export const LARGE_BUSINESS_TEMPLATES: readonly Template[] = [
  {
    name: "close-resolved-tickets",
    servers,
    tasks: [{ assignee: "ana" }, { assignee: "deniz" }],
    request: ({ assignee }) => `Close all resolved tickets of ${assignee}.`,
    programs: {
      typescript: `const { tickets } = await business.list_tickets({ status: "resolved", assignee: $assignee });
await Promise.all(tickets.map(({ id }) => business.update_ticket({ id, status: "closed" })));
tickets.length`,
      python: `import asyncio
tickets = (await business.list_tickets(status="resolved", assignee=$assignee))["tickets"]
await asyncio.gather(*[business.update_ticket(id=t["id"], status="closed") for t in tickets])
len(tickets)`,
    },
    want: ({ business }, { assignee }) => {
      for (const ticket of ticketsOf(business, (each) => each.status === "resolved" && each.assignee === assignee)) {
        ticket.status = "closed";
      }
    },
  },
  {
    name: "remind-of-renewal",
    servers,
    tasks: [
      { region: "north", plan: "premium" },
      { region: "west", plan: "team" },
    ],
    request: ({ region, plan }) =>
      `Write to every ${plan} customer in the ${region}: subject "Renewal", text "Dear NAME, your plan renews on DATE." with the customer's name and renewal date.`,
    programs: {
      typescript: `const { customers } = await business.find_customers({ region: $region, plan: $plan });
await Promise.all(customers.map((c) =>
  business.send_message({ to: c.email, subject: "Renewal", body: \`Dear \${c.name}, your plan renews on \${c.renewal}.\` })));
customers.length`,
      python: `import asyncio
customers = (await business.find_customers(region=$region, plan=$plan))["customers"]
await asyncio.gather(*[
    business.send_message(to=c["email"], subject="Renewal", body=f"Dear {c['name']}, your plan renews on {c['renewal']}.")
    for c in customers
])
len(customers)`,
    },
    want: ({ business }, { region, plan }) => {
      for (const { name, email, renewal } of business.customers.filter((c) => c.region === region && c.plan === plan)) {
        send(business, email, { subject: "Renewal", body: `Dear ${name}, your plan renews on ${renewal}.` });
      }
    },
  },
  {
    name: "warn-owners",
    servers,
    tasks: [
      { status: "open", priority: "high" },
      { status: "waiting", priority: "normal" },
    ],
    request: ({ status, priority }) =>
      `For every ${status} ticket of ${priority} priority, write to the owner of its customer (OWNER@shop.example): subject "Ticket ID", text "CUSTOMER is waiting."`,
    programs: {
      typescript: `const { tickets } = await business.list_tickets({ status: $status, priority: $priority });
const customers = await Promise.all(tickets.map((t) => business.get_customer({ id: t.customer })));
await Promise.all(tickets.map((t, at) => business.send_message({
  to: customers[at].owner + "@shop.example", subject: "Ticket " + t.id, body: customers[at].name + " is waiting." })));
tickets.length`,
      python: `import asyncio
tickets = (await business.list_tickets(status=$status, priority=$priority))["tickets"]
customers = await asyncio.gather(*[business.get_customer(id=t["customer"]) for t in tickets])
await asyncio.gather(*[
    business.send_message(to=c["owner"] + "@shop.example", subject="Ticket " + t["id"], body=c["name"] + " is waiting.")
    for t, c in zip(tickets, customers)
])
len(tickets)`,
    },
    want: ({ business }, { status, priority }) => {
      for (const { id, customer } of ticketsOf(business, (t) => t.status === status && t.priority === priority)) {
        const owner = business.customers.find((each) => each.id === customer);
        send(business, `${owner?.owner}@shop.example`, { subject: `Ticket ${id}`, body: `${owner?.name} is waiting.` });
      }
    },
  },
  {
    name: "move-a-day",
    servers,
    tasks: [{ day: "2026-03-03" }, { day: "2026-03-06" }],
    request: ({ day }) => `Move all events of ${day} one hour later.`,
    programs: {
      typescript: `const { events } = await business.list_events({ from_day: $day, to_day: $day });
const later = (t) => t.slice(0, 11) + String(Number(t.slice(11, 13)) + 1).padStart(2, "0") + t.slice(13);
await Promise.all(events.map((e) => business.update_event({ id: e.id, start: later(e.start), end: later(e.end) })));
events.length`,
      python: `import asyncio
events = (await business.list_events(from_day=$day, to_day=$day))["events"]
later = lambda t: t[:11] + f"{int(t[11:13]) + 1:02d}" + t[13:]
await asyncio.gather(*[business.update_event(id=e["id"], start=later(e["start"]), end=later(e["end"])) for e in events])
len(events)`,
    },
    want: ({ business }, { day = "" }) => {
      for (const event of business.events.filter(({ start }) => start.startsWith(day))) {
        event.start = later(event.start, 1);
        event.end = later(event.end, 1);
      }
    },
  },
  {
    name: "escalate-premium",
    servers,
    tasks: [{ id: "T-502" }, { id: "T-503" }],
    request: ({ id }) =>
      `If the customer of ticket ${id} has the premium plan, set its priority to urgent and comment "Escalated."; otherwise only comment "Seen."`,
    programs: {
      typescript: `const ticket = await business.get_ticket({ id: $id });
const { plan } = await business.get_customer({ id: ticket.customer });
await Promise.all(plan === "premium"
  ? [business.update_ticket({ id: $id, priority: "urgent" }), business.add_comment({ id: $id, text: "Escalated." })]
  : [business.add_comment({ id: $id, text: "Seen." })]);
plan`,
      python: `import asyncio
ticket = await business.get_ticket(id=$id)
plan = (await business.get_customer(id=ticket["customer"]))["plan"]
if plan == "premium":
    await asyncio.gather(business.update_ticket(id=$id, priority="urgent"), business.add_comment(id=$id, text="Escalated."))
else:
    await business.add_comment(id=$id, text="Seen.")
plan`,
    },
    want: ({ business }, { id }) => {
      for (const ticket of ticketsOf(business, (each) => each.id === id)) {
        const isPremium = business.customers.find((each) => each.id === ticket.customer)?.plan === "premium";
        if (isPremium) ticket.priority = "urgent";
        ticket.comments.push(isPremium ? "Escalated." : "Seen.");
      }
    },
  },
  {
    name: "sum-of-invoices",
    servers,
    tasks: [{ word: "Invoice" }, { word: "Delivery" }],
    request: ({ word }) =>
      `Add up the amounts in all unread messages of the inbox whose subject begins with "${word}".`,
    programs: {
      typescript: `const { messages } = await business.list_messages({ folder: "inbox", unread: true });
const texts = await Promise.all(messages.filter((m) => m.subject.startsWith($word)).map(({ id }) => business.read_message({ id })));
texts.reduce((sum, text) => sum + Number(/(\\d+) euros/.exec(text)[1]), 0)`,
      python: `import asyncio, re
messages = (await business.list_messages(folder="inbox", unread=True))["messages"]
texts = await asyncio.gather(*[business.read_message(id=m["id"]) for m in messages if m["subject"].startswith($word)])
sum(int(re.search(r"(\\d+) euros", text).group(1)) for text in texts)`,
    },
    want: () => {},
  },
  {
    name: "archive-messages",
    servers,
    tasks: [{ word: "Holiday" }, { word: "Meeting" }],
    request: ({ word }) => `Move all messages of the inbox whose subject begins with "${word}" to the folder "done".`,
    programs: {
      typescript: `const { messages } = await business.list_messages({ folder: "inbox" });
const found = messages.filter((m) => m.subject.startsWith($word));
await Promise.all(found.map(({ id }) => business.move_message({ id, folder: "done" })));
found.length`,
      python: `import asyncio
messages = (await business.list_messages(folder="inbox"))["messages"]
found = [m for m in messages if m["subject"].startswith($word)]
await asyncio.gather(*[business.move_message(id=m["id"], folder="done") for m in found])
len(found)`,
    },
    want: ({ business }, { word = "" }) => {
      for (const message of business.messages) {
        if (message.folder === "inbox" && message.subject.startsWith(word)) message.folder = "done";
      }
    },
  },
];
