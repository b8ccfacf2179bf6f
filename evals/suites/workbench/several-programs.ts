import { everBeyond, outgrows } from "./analytics-programs.ts";
import { addressOf, firstFreeSlot, meeting, meetingsWith, none } from "./calendar-programs.ts";
import { act, type Both, both, type CallPart, get, list, program, when } from "./program-parts.ts";
import { createTask, overdueTasks, tasksOf } from "./project-programs.ts";
import { dayAfter, dayOf, minutesOf, timeOf, type Words } from "./read-words.ts";
import { addLead, customersOf, DELETE_CUSTOMERS, send, updateCustomers } from "./table-programs.ts";
import type { TemplateProgram } from "./template-program.ts";

const NEXT_FRIDAY = "2023-12-08";
const NICE = send("Good work this sprint", "Nice work keeping on top of your tasks this sprint!");
const some = both("tasks.length > 0", "tasks");

const metric = ({ natural_language_metric = "" }: Words): string => natural_language_metric;
const improve = (name: string): CallPart => createTask(`Improve ${name}`, "Front end", NEXT_FRIDAY);
const beyond = (words: Words): ReturnType<typeof everBeyond> =>
  everBeyond(words, dayOf(words["natural_language_date"] ?? ""));

/** The address with the fewest or the most of `tasks`, among those who have any, into `address`. */
function extremeOf(best: "min" | "max"): Both {
  return both(
    `const counts = new Map();
for (const { assigned_to_email } of tasks) counts.set(assigned_to_email, (counts.get(assigned_to_email) ?? 0) + 1);
const [[address]] = [...counts].sort((a, b) => ${best === "min" ? "a[1] - b[1]" : "b[1] - a[1]"});`,
    `from collections import Counter
counts = Counter(task["assigned_to_email"] for task in tasks)
address = ${best}(counts, key=counts.get)`,
  );
}

/** A condition on a metric, and what is done for somebody when it holds and when not. */
function byMetric(words: Words, { who, yes, no }: { who: string; yes: readonly Both[]; no?: readonly Both[] }): Both {
  const { read, test } = beyond(words);
  return no === undefined
    ? program(read, when(test, { yes: [addressOf(who), ...yes] }))
    : program(read, addressOf(who), when(test, { yes, no }));
}

function fromEmail(words: Words): Both {
  const {
    subject = "",
    natural_language_email_date = "",
    natural_language_duration = "",
    natural_language_time = "",
    natural_language_event_date = "",
  } = words;
  const day = dayOf(natural_language_email_date);
  const name = subject.replaceAll(/^'|'$/g, "");
  const event_start = `${dayOf(natural_language_event_date)} ${timeOf(natural_language_time)}`;
  const sender = both('emails[0]["sender/recipient"]', 'emails[0]["sender/recipient"]');
  const args = {
    event_name: name,
    participant_email: sender,
    event_start,
    duration: String(minutesOf(natural_language_duration)),
  };
  return program(
    get("emails", "email.search_emails", { query: name, date_min: `${day} 00:00:00`, date_max: day }),
    act({ tool: "calendar.create_event", args }),
  );
}

function remind({ natural_language_event_date = "" }: Words): Both {
  const day = dayOf(natural_language_event_date);
  const [event, attendee] = [
    both("events[0].event_name", 'events[0]["event_name"]'),
    both("events[0].participant_email", 'events[0]["participant_email"]'),
  ];
  return program(
    get("events", "calendar.search_events", { time_min: `${day} 00:00:00`, time_max: `${day} 23:59:59` }),
    act({
      tool: "email.send_email",
      args: { recipient: attendee, subject: event, body: "Remember to attend this event." },
    }),
  );
}

function missed({ sender_name = "", days = "", day_of_week = "", natural_language_time = "" }: Words): Both {
  const who = sender_name.toLowerCase();
  const event_start = `${dayOf(day_of_week, "next")} ${timeOf(natural_language_time)}`;
  const args = {
    event_name: `Catch up with ${sender_name}`,
    participant_email: { variable: "address" },
    event_start,
    duration: "30",
  };
  const from = both(`item["sender/recipient"].startsWith("${who}")`, `item["sender/recipient"].startswith("${who}")`);
  const day = `${dayAfter(-Number(days))} 00:00:00`;
  return program(
    both(
      `const emails = (await email.search_emails({ query: "${who}", date_min: "${day}" })).filter((item) => ${from.typescript});`,
      `emails = [item for item in await email.search_emails(query="${who}", date_min="${day}") if ${from.python}]`,
    ),
    when(none("emails"), { yes: [addressOf(who), act({ tool: "calendar.create_event", args })] }),
  );
}

/** Programs of the requests that concern several databases. */
export const severalProgram: readonly TemplateProgram[] = [
  {
    template: /spoke to \{current_customer_name\}/,
    write: ({ current_customer_name = "" }) =>
      program(
        customersOf({ customer_name: current_customer_name }, [["last_contact_date", "<", dayAfter(-14)]]),
        when(both("customers.length > 0", "customers"), {
          yes: [
            both("const address = customers[0].assigned_to_email;", 'address = customers[0]["assigned_to_email"]'),
            firstFreeSlot(),
            act(meeting(`Update on ${current_customer_name}`)),
          ],
        }),
      ),
  },
  {
    template: /fewest overdue tasks/,
    write: ({ new_customer_name = "" }) =>
      program(
        tasksOf({}, [
          ["due_date", "<", "2023-11-30"],
          ["list_name", "not in", ["Completed"]],
        ]),
        extremeOf("min"),
        act(addLead(new_customer_name)),
      ),
  },
  { template: /^Find the email from/, write: fromEmail },
  { template: /attendees of the first event/, write: remind },
  { template: /hasn't sent me any emails/, write: missed },
  {
    template: /haven't met with .*Catch up soon/,
    write: ({ name = "", days = "" }) =>
      program(
        meetingsWith(name, [-Number(days), 0]),
        when(none("meetings"), {
          yes: [
            addressOf(name),
            act(
              send(
                "Catch up soon?",
                "We haven't caught up in a while - can you send some availability over next week?",
              ),
            ),
          ],
        }),
      ),
  },
  {
    template: /don't have any meetings scheduled/,
    write: ({ name = "", days = "" }) =>
      program(
        meetingsWith(name, [0, Number(days)]),
        when(none("meetings"), {
          yes: [
            addressOf(name),
            act(
              send(
                "Catch up soon?",
                "We have not caught up in a while - can you send some availability over next week?",
              ),
            ),
          ],
        }),
      ),
  },
  {
    template: /overdue tasks, send them an email titled 'Overdue tasks'/,
    write: ({ name = "" }) =>
      program(
        overdueTasks(name),
        addressOf(name),
        when(some, {
          yes: [act(send("Overdue tasks", "You have a few overdue tasks - can you update me on them?"))],
          no: [act(NICE)],
        }),
      ),
  },
  {
    template: /^Book a half-hour meeting with .* overdue tasks/,
    write: ({ name = "" }) =>
      program(
        overdueTasks(name),
        when(some, { yes: [addressOf(name), firstFreeSlot(), act(meeting("Catch up on overdue tasks"))] }),
      ),
  },
  {
    template: /send an email to \{sender\} titled/,
    write: (words) => {
      const { read, test } = beyond(words);
      const body = `I noticed ${metric(words)} was ${words["more_or_less"]} than ${words["threshold"]} - can you update me?`;
      return program(read, when(test, { yes: [act(send(`Update on ${metric(words)}`, body, words["sender"] ?? ""))] }));
    },
  },
  {
    template: /schedule a half-hour meeting called .* with \{sender_name\}/,
    write: (words) =>
      byMetric(words, {
        who: words["sender_name"] ?? "",
        yes: [firstFreeSlot(), act(meeting(`Discuss ${metric(words)}`))],
      }),
  },
  {
    template: /most completed front end tasks/,
    write: (words) => {
      const { read, test } = beyond(words);
      const tasks = list("tasks", {
        tool: "project_management.search_tasks",
        args: { list_name: "Completed", board: "Front end" },
      });
      return program(read, when(test, { yes: [tasks, extremeOf("max"), act(improve(metric(words)))] }));
    },
  },
  {
    template: /next Friday\. Also schedule a half-hour meeting/,
    write: (words) => {
      const { read, test } = outgrows(words, dayOf(words["day_of_week"] ?? ""));
      const calls = [improve(words["natural_language_metric_2"] ?? ""), meeting(`Discuss ${metric(words)}`)];
      return program(read, when(test, { yes: [addressOf(words["name"] ?? ""), firstFreeSlot(), act(...calls)] }));
    },
  },
  {
    template: /percent growth of .* make a backlog task/,
    write: (words) => {
      const { read, test } = outgrows(words, dayOf(words["day_of_week"] ?? ""));
      return program(
        read,
        when(test, { yes: [addressOf(words["name"] ?? ""), act(improve(words["natural_language_metric_2"] ?? ""))] }),
      );
    },
  },
  {
    template: /delete all \{assigned_to_first_name\}'s leads/,
    write: (words) => {
      const { read, test } = beyond(words);
      const leads = customersOf({
        assigned_to_email: (words["assigned_to_first_name"] ?? "").toLowerCase(),
        status: "Lead",
      });
      return program(read, when(test, { yes: [leads, act(DELETE_CUSTOMERS)] }));
    },
  },
  {
    template: /overdue tasks, book a half hour meeting/,
    write: ({ name = "" }) =>
      program(
        overdueTasks(name),
        addressOf(name),
        when(some, {
          yes: [
            firstFreeSlot(),
            act(
              meeting("Catch up on overdue tasks"),
              send("Discuss overdue tasks", "I noticed you have a few overdue tasks - let's catch up tomorrow."),
            ),
          ],
          no: [act(NICE)],
        }),
      ),
  },
  {
    template: /titled 'Recent \{natural_language_metric\}'/,
    write: (words) =>
      byMetric(words, {
        who: words["name"] ?? "",
        yes: [act(improve(metric(words)))],
        no: [act(send(`Recent ${metric(words)}`, `I noticed ${metric(words)} has been stable, nice work!`))],
      }),
  },
  {
    template: /titled 'Reprioritising'/,
    write: (words) => {
      const who = (words["assigned_to_first_name"] ?? "").toLowerCase().replace(/'s$/, "");
      const mail = (body: string): CallPart => send("Reprioritising", body);
      return byMetric(words, {
        who,
        yes: [
          customersOf({ assigned_to_email: who, status: "Lead" }),
          act(DELETE_CUSTOMERS, mail(`${metric(words)} looks good, so we no longer need you finding new leads`)),
        ],
        no: [act(mail(`We need you to improve ${metric(words)} - TBD.`))],
      });
    },
  },
  {
    template: /titled 'New leads for you'/,
    write: (words) =>
      byMetric(words, {
        who: words["name"] ?? "",
        yes: [firstFreeSlot(), act(improve(metric(words)), meeting(`Discuss ${metric(words)}`))],
        no: [
          customersOf({ assigned_to_email: (words["assigned_to_first_name"] ?? "").toLowerCase(), status: "Lead" }),
          act(
            updateCustomers("assigned_to_email", { variable: "address" }),
            send("New leads for you", `${metric(words)} looks good, so there are new leads for you`),
          ),
        ],
      }),
  },
  {
    template: /otherwise send them an email titled '\{natural_language_metric\}'/,
    write: (words) =>
      byMetric(words, {
        who: words["name"] ?? "",
        yes: [firstFreeSlot(), act(improve(metric(words)), meeting(`Discuss ${metric(words)}`))],
        no: [act(send(metric(words), `I noticed ${metric(words)} has been stable, nice work!`))],
      }),
  },
  {
    template: /make a backlog task called 'Improve/,
    write: (words) => byMetric(words, { who: words["name"] ?? "", yes: [act(improve(metric(words)))] }),
  },
];
