/** A message in a mailbox. */
interface Message {
  readonly id: string;
  folder: string;
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly body: string;
  unread: boolean;
}

/** An event of a calendar; times are local, as `2026-03-02T09:00`. */
interface CalendarEvent {
  readonly id: string;
  title: string;
  start: string;
  end: string;
  readonly attendees: readonly string[];
}

/** A support ticket. */
export interface Ticket {
  readonly id: string;
  readonly title: string;
  readonly customer: string;
  status: string;
  priority: string;
  assignee: string;
  readonly updated: string;
  readonly comments: string[];
}

/** A customer of the business. */
interface Customer {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly region: string;
  plan: string;
  owner: string;
  readonly renewal: string;
}

/** All that the business server holds. */
export interface Business {
  readonly today: string;
  messages: Message[];
  events: CalendarEvent[];
  tickets: Ticket[];
  customers: Customer[];
  created: number;
}

const STAFF = ["ana", "bram", "chloe", "deniz"];
const REGIONS = ["north", "south", "east", "west"];
const PLANS = ["free", "team", "premium"];
const STATUSES = ["open", "open", "waiting", "resolved", "closed"];
const PRIORITIES = ["low", "normal", "high"];
const COMPANIES = ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir", "Ginkgo", "Hazel", "Ivy", "Juniper"];
const ENDINGS = ["Works", "Foods", "Labs", "Freight"];
const TOPICS = ["invoice", "delivery", "meeting notes", "access request", "holiday plan", "price list"];
const FAULTS = ["Export stops half way", "Login fails", "Chart is empty", "Import is slow", "Wrong currency"];

/** The start of every task, always the same. */
export function createBusiness(): Business {
  const pick = <Item>(list: readonly Item[], at: number): Item => list[at % list.length] as Item;
  const customers = Array.from({ length: 40 }, (_, at) => {
    const name = `${pick(COMPANIES, at)} ${pick(ENDINGS, Math.floor(at / COMPANIES.length))}`;
    return {
      id: `C-${101 + at}`,
      name,
      email: `office@${name.toLowerCase().replace(" ", "-")}.example`,
      region: pick(REGIONS, at * 3 + Math.floor(at / 4)),
      plan: pick(PLANS, at + Math.floor(at / 5)),
      owner: pick(STAFF, at + Math.floor(at / 8)),
      renewal: `2026-${String(3 + (at % 6)).padStart(2, "0")}-${String(1 + ((at * 7) % 27)).padStart(2, "0")}`,
    };
  });
  const tickets = Array.from({ length: 60 }, (_, at) => ({
    id: `T-${501 + at}`,
    title: pick(FAULTS, at + Math.floor(at / 7)),
    customer: pick(customers, at * 11).id,
    status: pick(STATUSES, at + Math.floor(at / 9)),
    priority: pick(PRIORITIES, at + Math.floor(at / 4)),
    assignee: pick(STAFF, at * 3 + Math.floor(at / 6)),
    updated: `2026-0${1 + (at % 2)}-${String(1 + ((at * 5) % 27)).padStart(2, "0")}`,
    comments: at % 3 === 0 ? ["Customer called again."] : [],
  }));
  const messages = Array.from({ length: 120 }, (_, at) => {
    const customer = pick(customers, at * 7);
    const topic = pick(TOPICS, at + Math.floor(at / 6));
    return {
      id: `M-${1001 + at}`,
      folder: at % 10 === 9 ? "archive" : "inbox",
      from: customer.email,
      to: `${pick(STAFF, at)}@shop.example`,
      subject: `${topic[0]?.toUpperCase()}${topic.slice(1)} of ${customer.name}`,
      body: `Hello,\n\nthis is about the ${topic}. Our reference is ${customer.id}-${2000 + at * 13}. The amount in question is ${100 + ((at * 37) % 900)} euros, and we would like an answer by March ${1 + (at % 28)}.\n\nKind regards\n${customer.name}`,
      unread: at % 4 === 1,
    };
  });
  const events = Array.from({ length: 36 }, (_, at) => {
    const day = String(2 + Math.floor(at / 4)).padStart(2, "0");
    const hour = 9 + 2 * (at % 4);
    return {
      id: `E-${301 + at}`,
      title: pick(["Stand-up", "Review", "Customer call", "Planning", "Interview"], at + Math.floor(at / 3)),
      start: `2026-03-${day}T${String(hour).padStart(2, "0")}:00`,
      end: `2026-03-${day}T${String(hour + 1).padStart(2, "0")}:00`,
      attendees: [pick(STAFF, at), pick(STAFF, at + 1)],
    };
  });
  return { today: "2026-03-01", messages, events, tickets, customers, created: 0 };
}
