import { act, type Both, both, type CallPart, get, getAll, program, when } from "./program-parts.ts";
import { dayAfter, dayOf, type Words } from "./read-words.ts";
import type { TemplateProgram } from "./template-program.ts";

/** The last day that has visits. */
const LAST = "2023-11-29";

const COUNTERS: Readonly<Record<string, readonly [tool: string, plotted: string]>> = {
  "total visits": ["analytics.total_visits_count", "total_visits"],
  "engaged users": ["analytics.engaged_users_count", "user_engaged"],
  "average session duration": ["analytics.get_average_session_duration", "session_duration_seconds"],
};

const counter = (metric = ""): readonly [string, string] => COUNTERS[metric.trim().toLowerCase()] ?? ["", ""];
const operator = (words: Words): string => (words["more_or_less"] === "more" ? ">" : "<");

function plot(
  value_to_plot: string | { variable: string },
  plot_type: string,
  [time_min, time_max]: readonly [string, string],
): CallPart {
  return { tool: "analytics.create_plot", args: { time_min, time_max, value_to_plot, plot_type } };
}

/** The metric of each day since one, and the test whether it was ever above or below the threshold. */
export function everBeyond(words: Words, since: string): { readonly read: Both; readonly test: Both } {
  const beyond = `${operator({ more_or_less: "more", ...words })} ${words["threshold"]}`;
  return {
    read: get("days", counter(words["natural_language_metric"])[0], { time_min: since, time_max: LAST }),
    test: both(`Object.values(days).some((n) => n ${beyond})`, `any(n ${beyond} for n in days.values())`),
  };
}

/** Growth of one metric against another since a day. */
export function outgrows(words: Words, since: string): { readonly read: Both; readonly test: Both } {
  const args = { time_min: since, time_max: LAST };
  const read = getAll([
    { name: "left", tool: counter(words["natural_language_metric"])[0], args },
    { name: "right", tool: counter(words["natural_language_metric_2"])[0], args },
  ]);
  const growth = both(
    `const growth = (days) => (days["${LAST}"] - days["${since}"]) / days["${since}"];`,
    `growth = lambda days: (days["${LAST}"] - days["${since}"]) / days["${since}"]`,
  );
  return {
    read: both(`${read.typescript}\n${growth.typescript}`, `${read.python}\n${growth.python}`),
    test: both("growth(left) > growth(right)", "growth(left) > growth(right)"),
  };
}

function plotWhenGrown(words: Words, [from, to]: readonly [string, string], until: string = to): Both {
  const [tool, plotted] = counter(words["natural_language_metric"]);
  const part = Number(/[\d.]+/.exec(words["natural_language_growth_threshold"] ?? "")?.[0] ?? 0) / 100;
  const beyond = words["higher_or_lower"] === "higher" ? `> ${part}` : `< -${part}`;
  const test = `(days["${to}"] - days["${from}"]) / days["${from}"] ${beyond}`;
  return program(
    get("days", tool, { time_min: from, time_max: to }),
    when(both(test, test), { yes: [act(plot(plotted, "line", [from, until]))] }),
  );
}

function plotWhenBeyond(words: Words, since: string): Both {
  const { read, test } = everBeyond(words, since);
  return program(
    read,
    when(test, { yes: [act(plot(counter(words["natural_language_metric"])[1], "line", [since, LAST]))] }),
  );
}

function plotBoth(words: Words, plot_type: string, days: readonly [string, string]): CallPart[] {
  return [words["natural_language_metric"], words["natural_language_metric_2"]].map((metric) =>
    plot(counter(metric)[1], plot_type, days),
  );
}

const SOURCES = ["direct", "referral", "search engine", "social media"];
const plotOf = (source: string): string => `visits_${source.replace(" ", "_")}`;

function plotSource(words: Words): Both {
  const since = dayOf(words["natural_language_date"] ?? "");
  const best = words["most_or_least"] === "most" ? "max" : "min";
  const args = { time_min: since, time_max: LAST };
  const call = `analytics.traffic_source_count({ time_min: "${since}", time_max: "${LAST}", traffic_source })`;
  return program(
    both(
      `const sources = ${JSON.stringify(SOURCES)};
const counts = await Promise.all(sources.map((traffic_source) => ${call}));
const totals = counts.map((days) => Object.values(days).reduce((a, b) => a + b, 0));
const plotted = "visits_" + sources[totals.indexOf(Math.${best}(...totals))].replace(" ", "_");`,
      `sources = ${JSON.stringify(SOURCES)}
counts = await asyncio.gather(*[analytics.traffic_source_count(time_min="${since}", time_max="${LAST}", traffic_source=s) for s in sources])
totals = [sum(days.values()) for days in counts]
plotted = "visits_" + sources[totals.index(${best}(totals))].replace(" ", "_")`,
    ),
    act(plot({ variable: "plotted" }, "line", [args.time_min, args.time_max])),
  );
}

function plotSources(words: Words): Both {
  const since = dayAfter(-7 * Number(words["n_weeks"]));
  const sources = [words["traffic_source_1"] ?? "", words["traffic_source_2"] ?? ""];
  const args = { time_min: since, time_max: LAST };
  const [left = "", right = ""] = sources;
  const tool = "analytics.traffic_source_count";
  const total = both(
    "const total = (days) => Object.values(days).reduce((a, b) => a + b, 0);",
    "total = lambda days: sum(days.values())",
  );
  return program(
    getAll([
      { name: "left", tool, args: { ...args, traffic_source: left } },
      { name: "right", tool, args: { ...args, traffic_source: right } },
    ]),
    total,
    when(both("total(left) > total(right)", "total(left) > total(right)"), {
      yes: [act(...sources.map((source) => plot(plotOf(source), "bar", [since, LAST])))],
    }),
  );
}

/** Programs of the requests about visits alone. */
export const analyticsProgram: readonly TemplateProgram[] = [
  {
    template: /^Can you make a \{plot_type\} chart/,
    write: ({ plot_type = "", natural_language_metric, natural_language_date = "" }) =>
      program(act(plot(counter(natural_language_metric)[1], plot_type, [dayOf(natural_language_date), LAST]))),
  },
  {
    template: /^Plot the distribution of/,
    write: ({ natural_language_metric, natural_language_date = "" }) => {
      const day = dayOf(natural_language_date);
      return program(act(plot(counter(natural_language_metric)[1], "histogram", [day, day])));
    },
  },
  {
    template: /distribution of both/,
    write: (words) => {
      const days = [
        dayOf(words["natural_language_date"] ?? ""),
        dayOf(words["natural_language_date_max"] ?? ""),
      ] as const;
      return program(act(...plotBoth(words, "histogram", days)));
    },
  },
  {
    template: /at any time since \{natural_language_date\}, make a line plot/,
    write: (words) => plotWhenBeyond(words, dayOf(words["natural_language_date"] ?? "")),
  },
  {
    template: /^Make bar charts showing/,
    write: (words) => program(act(...plotBoth(words, "bar", [dayOf(words["date_min"] ?? ""), LAST]))),
  },
  {
    template: /any time in the last \{past_n_weeks\}/,
    write: (words) => plotWhenBeyond(words, dayAfter(-7 * Number(words["past_n_weeks"]))),
  },
  {
    template: /\{higher_or_lower\} than \{natural_language_date\}/,
    write: (words) => plotWhenGrown(words, [dayOf(words["natural_language_date"] ?? ""), LAST]),
  },
  {
    template: /\{higher_or_lower\} than it was on \{day_of_week\}/,
    write: (words) => plotWhenGrown(words, [dayOf(words["day_of_week"] ?? ""), LAST]),
  },
  {
    template: /than it was the previous \{day_of_week\}/,
    write: (words) => {
      const day = dayOf(words["day_of_week"] ?? "");
      return plotWhenGrown(words, [dayAfter(-7, day), day]);
    },
  },
  {
    template: /percent growth of .* plot both lines/,
    write: (words) => {
      const since = dayOf(words["day_of_week"] ?? "");
      const { read, test } = outgrows(words, since);
      return program(read, when(test, { yes: [act(...plotBoth(words, "line", [since, LAST]))] }));
    },
  },
  { template: /popular traffic source/, write: plotSource },
  { template: /^If we got more traffic from/, write: plotSources },
];
