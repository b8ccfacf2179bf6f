// Reads results as a JSON list on stdin and writes one HTML page on stdout, with every plot as SVG in it. The page needs
// no network and runs no script.
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const results = JSON.parse(await readAll(process.stdin));
const { document } = parseHTML("<!doctype html><html><body></body></html>");

const COLOURS = {
  direct: "#b0b0b0",
  "direct-parallel": "#6b6b6b",
  search: "#e8a33d",
  "code-typescript": "#2f6fbb",
  "code-python": "#7fb2e5",
  auto: "#2a9d5c",
};
const arms = Object.keys(COLOURS).filter((arm) => results.some(({ rows }) => rows.some((row) => row.arm === arm)));
const color = { domain: arms, range: arms.map((arm) => COLOURS[arm]), legend: true };
const BUCKETS = [0, 1, 2, 3, 5, 9, 17, 33];

process.stdout.write(page());

function page() {
  const suites = [...new Set(results.map(({ suite }) => suite))];
  const parts = suites.map((suite) =>
    section(
      suite,
      results.filter((result) => result.suite === suite),
    ),
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Evals</title><meta name="viewport" content="width=device-width">
<style>
body { font: 15px/1.5 system-ui, sans-serif; max-width: 1000px; margin: 2em auto; padding: 0 1em; color: #222; background: #fff }
h2 { margin-top: 2em; border-bottom: 1px solid #ddd } figure { margin: 1em 0; overflow-x: auto } figcaption { color: #555 }
table { border-collapse: collapse; margin: 1em 0 } td, th { padding: .2em .8em; text-align: right; border-bottom: 1px solid #eee }
td:first-child, th:first-child { text-align: left } .missed { color: #b3261e } .held { color: #1a7f45 }
</style></head><body>
<h1>Ways to call tools, compared</h1>
<p>Every task ran in every arm on real MCP servers, and its end state was checked. The model is scripted and never errs: the figures
are a lower bound for each arm. Tokens are input and output together, counted with o200k.</p>
${parts.join("\n")}
</body></html>
`;
}

function section(suite, own) {
  const rows = own.flatMap(({ size, rows: each }) =>
    each.map((row) => ({ ...row, size, tokens: row.inputTokens + row.outputTokens })),
  );
  const least = own.toSorted((a, b) => a.size - b.size);
  const shown = least.find(({ size }) => size === 100) ?? least[0];
  const at = rows.filter(({ size }) => size === shown.size);
  const plots = [
    figure(
      `Tokens a task against the number of its calls, ${shown.size} tools`,
      byCalls(at, "tokens", { type: "log", label: "tokens a task" }),
    ),
    figure(
      `Turns a task against the number of its calls, ${shown.size} tools`,
      byCalls(at, "turns", { label: "turns a task", zero: true }),
    ),
    ...(least.length < 2
      ? []
      : [
          figure("Tokens a task against the size of the catalogue", bySize(rows)),
          figure("Turns a task against the size of the catalogue", bySize(rows, "turns")),
        ]),
    figure(
      `Tasks that programs lose and win against the cheapest arm without programs, ${shown.size} tools`,
      losses(at),
    ),
  ];
  return `<h2>${escape(suite)}</h2>${least.map(table).join("")}${plots.join("")}`;
}

/** Means of each arm for tasks with about so many calls. */
function byCalls(rows, field, y) {
  const bucket = (calls) => BUCKETS.findLast((each) => each <= calls);
  const means = arms.flatMap((arm) =>
    BUCKETS.flatMap((calls) => {
      const own = rows.filter((row) => row.arm === arm && bucket(row.calls) === calls);
      return own.length === 0
        ? []
        : [{ arm, calls: label(calls), mean: mean(own.map((row) => row[field])), tasks: own.length }];
    }),
  );
  return plot({
    x: {
      label: "calls in a task",
      domain: BUCKETS.map(label).filter((each) => means.some(({ calls }) => calls === each)),
      type: "point",
    },
    y: { grid: true, ...y },
    marks: [...lines(means, "calls"), Plot.dot(means, { x: "calls", y: "mean", fill: "arm", r: 3.5 })],
  });
}

/** A line for each arm; the one of `auto` is broken, since it often lies on another. */
function lines(means, x) {
  const line = (test, options) =>
    Plot.line(
      means.filter(({ arm }) => test(arm)),
      { x, y: "mean", stroke: "arm", strokeWidth: 2, ...options },
    );
  return [line((arm) => arm !== "auto", {}), line((arm) => arm === "auto", { strokeDasharray: "6 5" })];
}

function label(calls) {
  const next = BUCKETS[BUCKETS.indexOf(calls) + 1];
  return next === undefined ? `${calls}+` : next === calls + 1 ? String(calls) : `${calls}–${next - 1}`;
}

function bySize(rows, field = "tokens") {
  const sizes = [...new Set(rows.map(({ size }) => size))];
  const means = arms.flatMap((arm) =>
    sizes.map((size) => ({
      arm,
      size,
      mean: mean(rows.filter((row) => row.arm === arm && row.size === size).map((row) => row[field])),
    })),
  );
  return plot({
    x: { type: "log", label: "tools in the catalogue", ticks: sizes, tickFormat: String },
    y:
      field === "tokens"
        ? { type: "log", grid: true, label: "tokens a task" }
        : { grid: true, label: "turns a task", zero: true },
    marks: [...lines(means, "size"), Plot.dot(means, { x: "size", y: "mean", fill: "arm", r: 3.5 })],
  });
}

/** Each task as a dot: how many times the cheapest simple arm a program costs. Above one it is a loss, and red. */
function losses(rows) {
  const tasks = [...new Set(rows.map(({ id }) => id))].flatMap((id) => {
    const own = rows.filter((row) => row.id === id);
    const simple = own.filter(({ arm }) => !arm.startsWith("code") && arm !== "auto").map(({ tokens }) => tokens);
    const code = own.find(({ arm }) => arm === "code-typescript");
    return code === undefined || simple.length === 0
      ? []
      : [{ id, calls: code.calls, ratio: code.tokens / Math.min(...simple) }];
  });
  return Plot.plot({
    document,
    width: 900,
    height: 320,
    marginLeft: 60,
    x: { label: "calls in a task", type: "sqrt" },
    y: {
      label: "times the cheapest arm without programs",
      type: "log",
      grid: true,
      tickFormat: (value) => String(value),
    },
    marks: [
      Plot.ruleY([1], { stroke: "#222" }),
      Plot.dot(tasks, {
        x: "calls",
        y: "ratio",
        r: 3,
        fill: (task) => (task.ratio > 1 ? "#b3261e" : "#1a7f45"),
        fillOpacity: 0.7,
        title: "id",
      }),
    ],
  });
}

function plot(options) {
  return Plot.plot({ document, width: 900, height: 320, marginLeft: 80, color, ...options });
}

function figure(caption, drawn) {
  return `<figure><figcaption>${escape(caption)}</figcaption>${drawn.outerHTML}</figure>`;
}

function table({ size, arms: sums, thresholds, losses: lost, tasks }) {
  const cells = Object.entries(sums).map(([arm, sum]) => {
    const number = (value) => Math.round(value / Math.max(1, sum.tasks)).toLocaleString("en");
    const count = new Set(lost.filter((loss) => loss.arm === arm).map(({ id }) => id)).size;
    return `<tr><td>${arm}</td><td>${sum.passed}/${sum.tasks}</td><td>${number(sum.inputTokens + sum.outputTokens)}</td><td>${number(sum.outputTokens)}</td><td>${(sum.turns / Math.max(1, sum.tasks)).toFixed(1)}</td><td>${count}</td></tr>`;
  });
  const list = (lines_, kind) => lines_.map((line) => `<li class="${kind}">${kind}: ${escape(line)}</li>`).join("");
  return `<h3>${size} tools</h3><table><tr><th>arm</th><th>passed</th><th>tokens a task</th><th>output</th><th>turns</th><th>tasks lost</th></tr>${cells.join("")}</table>
<ul>${list(thresholds.held, "held")}${list(thresholds.missed, "missed")}</ul>
<p>Thresholds of the file with SHA-256 <code>${escape(thresholds.hash)}</code>, over ${new Set(tasks.map(({ id }) => id)).size} tasks.</p>`;
}

function mean(numbers) {
  return numbers.reduce((sum, each) => sum + each, 0) / Math.max(1, numbers.length);
}

function escape(text) {
  return String(text)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}

async function readAll(stream) {
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}
