import { act, type Both, both, type CallPart, get, list, program, type Values, when } from "./program-parts.ts";
import { dayAfter, dayOf, minutesOf, timeOf, type Words } from "./read-words.ts";
import type { TemplateProgram } from "./template-program.ts";

const FUTURE = "2023-11-30 00:00:00";
const first = both("events.slice(0, 1)", "events[:1]");
const last = both("events.slice(-1)", "events[-1:]");

/** Events of a day. */
const onDay = (day: string): Values => ({ time_min: `${day} 00:00:00`, time_max: `${day} 23:59:59` });

/** Searches events, picks some, and does something to each. */
function eachEvent(args: Values, call: CallPart, pick?: Both): Both {
  const chosen = pick === undefined ? [] : [both(`const chosen = ${pick.typescript};`, `chosen = ${pick.python}`)];
  return program(
    list("events", { tool: "calendar.search_events", args }),
    ...chosen,
    act({ ...call, each: pick === undefined ? "events" : "chosen" }),
  );
}

const CANCEL: CallPart = { tool: "calendar.delete_event", args: { event_id: { field: "event_id" } } };

function rename(name = ""): CallPart {
  return {
    tool: "calendar.update_event",
    args: { event_id: { field: "event_id" }, field: "event_name", new_value: name },
  };
}

/** The address of a colleague into a name. */
export function addressOf(name: string, variable = "address"): Both {
  const found = get("found", "company_directory.find_email_address", { name: name.toLowerCase() });
  return both(
    found.typescript.replace("const found", `const [${variable}]`),
    found.python.replace("found = await ", `${variable} = (await `).replace(/$/, ")[0]"),
  );
}

/** The first free half hour of tomorrow into `slot`. */
export function firstFreeSlot(): Both {
  const busy = get("busy", "calendar.search_events", onDay(dayAfter(1)));
  const day = dayAfter(1);
  return both(
    `${busy.typescript}
let free = 9 * 60;
for (const { event_start, duration } of busy) {
  const at = Number(event_start.slice(11, 13)) * 60 + Number(event_start.slice(14, 16));
  if (at >= free + 30) break;
  free = Math.max(free, at + Number(duration));
}
const slot = "${day} " + [Math.floor(free / 60), free % 60, 0].map((n) => String(n).padStart(2, "0")).join(":");`,
    `${busy.python}
free = 9 * 60
for event in busy:
    at = int(event["event_start"][11:13]) * 60 + int(event["event_start"][14:16])
    if at >= free + 30:
        break
    free = max(free, at + int(event["duration"]))
slot = f"${day} {free // 60:02d}:{free % 60:02d}:00"`,
  );
}

/** A half-hour meeting in the slot with the address. */
export function meeting(name: string): CallPart {
  const args = {
    event_name: name,
    participant_email: { variable: "address" },
    event_start: { variable: "slot" },
    duration: "30",
  };
  return { tool: "calendar.create_event", args };
}

/** Whether there was no meeting with somebody in so many days before today, or will be none after it. */
export function meetingsWith(name: string, [from, to]: readonly [number, number]): Both {
  const args = {
    query: name.toLowerCase(),
    time_min: `${dayAfter(from)} 00:00:00`,
    time_max: `${dayAfter(to)} 00:00:00`,
  };
  return list("meetings", { tool: "calendar.search_events", args });
}

export const none = (variable: string): Both => both(`${variable}.length === 0`, `not ${variable}`);

function cancelOnDay({ next_day = "", before_or_after, natural_language_time = "" }: Words): Both {
  const day = dayOf(next_day, "next");
  const at = `${day} ${timeOf(natural_language_time)}`;
  const tests = [["event_start", before_or_after === "before" ? "<" : ">", at]] as const;
  return program(
    list("events", { tool: "calendar.search_events", args: onDay(day), tests }),
    act({ ...CANCEL, each: "events" }),
  );
}

function pushBack({ name = "", natural_language_date = "", duration = "" }: Words): Both {
  const minutes = minutesOf(duration);
  const later = both(
    `new Date(Date.parse(item.event_start.replace(" ", "T") + "Z") + ${minutes} * 60_000).toISOString().slice(0, 19).replace("T", " ")`,
    `str(datetime.fromisoformat(item["event_start"]) + timedelta(minutes=${minutes}))`,
  );
  const call = {
    tool: "calendar.update_event",
    args: { event_id: { field: "event_id" }, field: "event_start", new_value: later },
  };
  const { typescript, python } = eachEvent(
    { query: name.toLowerCase(), ...onDay(dayOf(natural_language_date)) },
    call,
    first,
  );
  return both(typescript, `from datetime import datetime, timedelta\n${python}`);
}

/** Programs of the requests about the calendar alone. */
export const calendarProgram: readonly TemplateProgram[] = [
  {
    template: /^Cancel my first meeting on/,
    write: ({ natural_language_date = "" }) => eachEvent(onDay(dayOf(natural_language_date)), CANCEL, first),
  },
  {
    template: /^Change the name of the last event/,
    write: ({ natural_language_date = "", event_name }) =>
      eachEvent(onDay(dayOf(natural_language_date)), rename(event_name), last),
  },
  { template: /^Push back my first meeting/, write: pushBack },
  {
    template: /^Cancel the next /,
    write: ({ event_name = "" }) => eachEvent({ query: event_name, time_min: FUTURE }, CANCEL, first),
  },
  {
    template: /^Rename the next /,
    write: ({ event_name = "", new_event_name }) =>
      eachEvent({ query: event_name, time_min: FUTURE }, rename(new_event_name), first),
  },
  {
    template: /^Cancel my next meeting with/,
    write: ({ name = "" }) => eachEvent({ query: name.toLowerCase(), time_min: FUTURE }, CANCEL, first),
  },
  {
    template: /^If I haven't met with .* schedule/,
    write: ({ name = "", duration = "" }) =>
      program(
        meetingsWith(name, [-Number(duration), 0]),
        when(none("meetings"), { yes: [addressOf(name), firstFreeSlot(), act(meeting("catch-up"))] }),
      ),
  },
  { template: /^Cancel my meetings on/, write: cancelOnDay },
  {
    template: /^Cancel all future meetings with/,
    write: ({ name = "" }) => eachEvent({ query: name.toLowerCase(), time_min: FUTURE }, CANCEL),
  },
  {
    template: /^Cancel future /,
    write: ({ event_name = "" }) => eachEvent({ query: event_name, time_min: FUTURE }, CANCEL),
  },
  {
    template: /^Create a .* event called/,
    write: ({ name = "", event_name = "", duration = "", natural_language_date = "", natural_language_time = "" }) => {
      const event_start = `${dayOf(natural_language_date)} ${timeOf(natural_language_time)}`;
      const args = {
        event_name,
        participant_email: { variable: "address" },
        event_start,
        duration: String(minutesOf(duration)),
      };
      return program(addressOf(name), act({ tool: "calendar.create_event", args }));
    },
  },
];
