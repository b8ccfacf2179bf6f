// What every peer is asked to do, written once: a peer says how a program calls a tool.

/** How a program reads the text of a result, whichever form the peer gives it in; one peer parses JSON by itself. */
const TEXT = `const text = (r) => typeof r === "string" || Array.isArray(r) ? r : typeof r.content === "string" ? r.content : r.content[0].text;\n`;

const CROWD = 32;

/**
 * The works by name: a program for a peer's way to call a tool, its answer, rounds, how many programs run at once, and
 * whether it calls a function of the host instead of servers.
 *
 * @param file path of a file with 1 MB of JSON
 */
export function works(file) {
  return {
    "trivial program": { program: () => "return 1 + 1;", answer: 2, rounds: 60 },
    "100 real calls in sequence": {
      program: (call) =>
        `${TEXT}let last; for (let i = 0; i < 100; i++) last = text(await ${call("everything", "echo", '{ message: "m" + i }')}); return last;`,
      answer: "Echo: m99",
      rounds: 9,
    },
    "100 real calls in parallel": {
      program: (call) =>
        `${TEXT}const results = await Promise.all(Array.from({ length: 100 }, async (_, i) => ${call("everything", "echo", '{ message: "m" + i }')})); return text(results[99]);`,
      answer: "Echo: m99",
      rounds: 9,
    },
    "1,000 host calls in sequence": {
      program: (call) =>
        `let sum = 0; for (let i = 0; i < 1000; i++) sum += await ${call("host", "twice", "{ n: i }")}; return sum;`,
      answer: 999_000,
      rounds: 9,
      host: true,
    },
    "1,000 host calls in parallel": {
      program: (call) =>
        `const results = await Promise.all(Array.from({ length: 1000 }, async (_, i) => ${call("host", "twice", "{ n: i }")})); return results.reduce((a, b) => a + b, 0);`,
      answer: 999_000,
      rounds: 9,
      host: true,
    },
    "1 MB of JSON read, parsed, grouped": {
      program: (call) =>
        `${TEXT}const got = text(await ${call("files", "read_text_file", `{ path: ${JSON.stringify(file)} }`)}); const rows = typeof got === "string" ? JSON.parse(got) : got; const sums = {}; for (const { city, n } of rows) sums[city] = (sums[city] ?? 0) + n; return sums;`,
      answer: groups(),
      rounds: 9,
    },
    "fib(27)": {
      program: () => "const fib = (n) => (n < 2 ? n : fib(n - 1) + fib(n - 2)); return fib(27);",
      answer: 196_418,
      rounds: 9,
    },
    "32 programs of 5 real calls at once": {
      program: (call) =>
        `${TEXT}let last; for (let i = 0; i < 5; i++) last = text(await ${call("everything", "echo", '{ message: "m" + i }')}); return last;`,
      answer: "Echo: m4",
      rounds: 5,
      atOnce: CROWD,
    },
  };
}

/** A call of each server: the first thing that a cold process is asked for. */
export const FIRST = {
  program: (call) =>
    `${TEXT}await ${call("memory", "read_graph", "{}")}; await ${call("files", "list_allowed_directories", "{}")}; return text(await ${call("everything", "echo", '{ message: "hi" }')});`,
  answer: "Echo: hi",
};

const CITIES = ["Bern", "Oslo", "Rome", "Riga", "Lima"];
const ROWS = 18_000;

/** The rows of the file, about 1 MB. */
export function rows() {
  return Array.from({ length: ROWS }, (_, at) => ({
    id: at,
    city: CITIES[at % CITIES.length],
    n: at % 97,
    note: "x".repeat(8),
  }));
}

function groups() {
  const sums = {};
  for (const { city, n } of rows()) sums[city] = (sums[city] ?? 0) + n;
  return sums;
}
