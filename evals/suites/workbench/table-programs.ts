import { addressOf } from "./calendar-programs.ts";
import { act, type Both, both, type CallPart, type ItemTest, list, program, type Values } from "./program-parts.ts";
import { dayAfter, type Words } from "./read-words.ts";
import type { TemplateProgram } from "./template-program.ts";

const capital = (word: string): string => `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;

/** Customers that hold some texts, into `customers`. */
export function customersOf(args: Values, tests: readonly ItemTest[] = []): Both {
  return list("customers", { tool: "customer_relationship_manager.search_customers", args, tests });
}

/** Sets a field of each customer. */
export function updateCustomers(field: string, new_value: CallPart["args"][string]): CallPart {
  const args = { customer_id: { field: "customer_id" }, field, new_value };
  return { tool: "customer_relationship_manager.update_customer", args, each: "customers" };
}

/** Deletes each customer. */
export const DELETE_CUSTOMERS: CallPart = {
  tool: "customer_relationship_manager.delete_customer",
  args: { customer_id: { field: "customer_id" } },
  each: "customers",
};

/** A new lead. */
export function addLead(customer_name: string): CallPart {
  const args = { customer_name, assigned_to_email: { variable: "address" }, status: "Lead" };
  return { tool: "customer_relationship_manager.add_customer", args };
}

const product = ({ natural_language_product_interest = "" }: Words): string =>
  capital(natural_language_product_interest);
const owner = ({ assigned_to_first_name = "" }: Words): string => assigned_to_first_name.toLowerCase();
const named = ({ current_customer_name = "" }: Words): Both => customersOf({ customer_name: current_customer_name });

/** Programs of the requests about customers alone. */
export const customerProgram: readonly TemplateProgram[] = [
  {
    template: /^Update the status of/,
    write: (words) =>
      program(named(words), act(updateCustomers("status", capital(words["new_status_natural_language"] ?? "")))),
  },
  { template: /^Delete \{current_customer_name\}/, write: (words) => program(named(words), act(DELETE_CUSTOMERS)) },
  {
    template: /^Add .* as a new lead in the crm and assign them to \{/,
    write: (words) => program(addressOf(owner(words)), act(addLead(words["new_customer_name"] ?? ""))),
  },
  {
    template: /^Reassign \{current_customer_name\}/,
    write: (words) =>
      program(
        named(words),
        addressOf(owner(words)),
        act(updateCustomers("assigned_to_email", { variable: "address" })),
      ),
  },
  {
    template: /^Reassign all of .* leads/,
    write: (words) =>
      program(
        customersOf({ assigned_to_email: owner(words), product_interest: product(words), status: "Lead" }),
        addressOf(words["new_assigned_to_first_name"] ?? ""),
        act(updateCustomers("assigned_to_email", { variable: "address" })),
      ),
  },
  {
    template: /^Give .* all of .* qualified or in proposal/,
    write: (words) =>
      program(
        customersOf({ assigned_to_email: owner(words), product_interest: product(words) }, [
          ["status", "in", ["Qualified", "Proposal"]],
        ]),
        addressOf(words["new_assigned_to_first_name"] ?? ""),
        act(updateCustomers("assigned_to_email", { variable: "address" })),
      ),
  },
  {
    template: /^Delete all of .* stage and interested in/,
    write: (words) => {
      const status = capital(words["new_status_natural_language"] ?? "");
      return program(
        customersOf({ assigned_to_email: owner(words), product_interest: product(words), status }),
        act(DELETE_CUSTOMERS),
      );
    },
  },
  {
    template: /^Move all customers that haven't responded/,
    write: (words) => {
      const tests = [["last_contact_date", "<", dayAfter(-7 * Number(words["weeks"]))]] as const;
      return program(
        customersOf({ product_interest: product(words), status: "Proposal" }, tests),
        act(updateCustomers("status", "Lost")),
      );
    },
  },
];

/** Emails found by words, of these the ones from somebody, and the latest alone where it is asked for. */
function emails({
  query,
  from,
  latest = false,
  args = {},
}: {
  query?: string;
  from?: string;
  latest?: boolean;
  args?: Values;
}): Both {
  const words = { ...(query === undefined && from === undefined ? {} : { query: query ?? from ?? "" }), ...args };
  const sender = both(
    `item["sender/recipient"].startsWith(${JSON.stringify(from ?? "")})`,
    `item["sender/recipient"].startswith(${JSON.stringify(from ?? "")})`,
  );
  const call = list("emails", { tool: "email.search_emails", args: words });
  const filtered =
    from === undefined
      ? call
      : both(
          call.typescript.replace(
            /await (.*);$/,
            (_whole, rest: string) => `(await ${rest}).filter((item) => ${sender.typescript});`,
          ),
          call.python.replace(
            /await (.*)$/,
            (_whole, rest: string) => `[item for item in await ${rest} if ${sender.python}]`,
          ),
        );
  if (!latest) return filtered;
  const whole = filtered.typescript.replace(/= (await .*);$/, "= ($1);").replace(/;$/, "");
  return both(`${whole}.slice(0, 1);`, `${filtered.python}\nemails = emails[:1]`);
}

/** Monday to Sunday of the week before. */
const LAST_WEEK = { date_min: `${dayAfter(-10)} 00:00:00`, date_max: dayAfter(-4) };
const ON_EMAIL = { email_id: { field: "email_id" } };
const DELETE_EMAILS: CallPart = { tool: "email.delete_email", args: ON_EMAIL, each: "emails" };
const forward = (variable: string): CallPart => ({
  tool: "email.forward_email",
  args: { ...ON_EMAIL, recipient: { variable } },
  each: "emails",
});
const reply = (body: string): CallPart => ({ tool: "email.reply_email", args: { ...ON_EMAIL, body }, each: "emails" });
/** Sends an email to the address. */
export function send(
  subject: string,
  body: string,
  recipient: CallPart["args"][string] = { variable: "address" },
): CallPart {
  return { tool: "email.send_email", args: { recipient, subject, body } };
}

/** Programs of the requests about emails alone. */
export const emailProgram: readonly TemplateProgram[] = [
  {
    template: /^Delete my last email from/,
    write: ({ name = "" }) => program(emails({ from: name.toLowerCase(), latest: true }), act(DELETE_EMAILS)),
  },
  {
    template: /^Delete all my emails from/,
    write: ({ name = "", days = "" }) =>
      program(
        emails({ from: name.toLowerCase(), args: { date_min: `${dayAfter(-Number(days))} 00:00:00` } }),
        act(DELETE_EMAILS),
      ),
  },
  {
    template: /^Send an email to/,
    write: ({ name = "", subject = "", body = "" }) =>
      program(addressOf(name), act(send(subject, body.replaceAll("\\n", "\n")))),
  },
  {
    template: /^Reply to .* last email about/,
    write: ({ name = "", subject = "" }) =>
      program(
        emails({ query: subject, from: name.toLowerCase(), latest: true }),
        act(reply("Thanks for the update - I will get back to you tomorrow.")),
      ),
  },
  {
    template: /^Forward all the emails from/,
    write: ({ name = "", subject = "", recipient_name = "" }) =>
      program(
        emails({ query: subject, from: name.toLowerCase(), args: LAST_WEEK }),
        addressOf(recipient_name),
        act(forward("address")),
      ),
  },
  {
    template: /^Forward the latest email about/,
    write: ({ subject = "", recipient_name = "" }) =>
      program(emails({ query: subject, latest: true }), addressOf(recipient_name), act(forward("address"))),
  },
  {
    template: /^Forward my most recent email from/,
    write: ({ sender_name = "", recipient_name = "" }) =>
      program(
        emails({ from: sender_name.toLowerCase(), latest: true }),
        addressOf(recipient_name),
        act(forward("address")),
      ),
  },
  {
    template: /^Forward the last email about/,
    write: ({ subject = "", recipient_name1 = "", recipient_name2 = "" }) =>
      program(
        emails({ query: subject, latest: true }),
        addressOf(recipient_name1),
        addressOf(recipient_name2, "other"),
        act(forward("address"), forward("other")),
      ),
  },
  {
    template: /^Reply to the latest email from/,
    write: ({ sender_name = "" }) =>
      program(emails({ from: sender_name.toLowerCase(), latest: true }), act(reply("Got it, thank you!"))),
  },
];
