import { countTokens } from "gpt-tokenizer/encoding/o200k_base";
import {
  emitBrief,
  emitDeclaration,
  emitPythonDeclaration,
  emitPythonSignature,
  emitPythonTree,
  emitServerModule,
  emitSignature,
} from "../../src/bindings.ts";
import { corpusServers, serverOf } from "../../src/languages/__fixtures__/corpus.ts";
import { HOSTILE_SCHEMAS } from "../../src/languages/__fixtures__/hostile-schemas.ts";

/** Prints milliseconds per 1,000 tools, and tokens per tool, of every text that is made from a definition. */
export function benchBindings(): void {
  const count = corpusServers().flatMap((server) => server.tools).length;
  console.log(`${count} tools; Node ${process.version}`);
  for (const name of ["first", "second", "third"]) console.log(`${name} pass`, Object.fromEntries(timings(count)));
  console.log("tokens per tool", Object.fromEntries(tokens()));
  const [slowest, ms] = slowestHostile();
  console.log(`slowest hostile schema: ${slowest}, ${ms.toFixed(1)} ms`);
}

/** Fresh definitions every time, since shapes are kept with their entry. */
function timings(count: number): [string, string][] {
  const measure = (emit: (servers: ReturnType<typeof corpusServers>) => void): string => {
    const servers = corpusServers();
    const start = performance.now();
    emit(servers);
    return `${((performance.now() - start) * (1000 / count)).toFixed(0)} ms`;
  };
  return [
    ["modules", measure((servers) => servers.forEach((server) => emitServerModule(server)))],
    ["signatures", measure((servers) => servers.forEach((server) => server.tools.forEach(emitSignature)))],
    ["Python package", measure((servers) => void emitPythonTree(servers))],
    ["declarations", measure((servers) => servers.forEach((server) => server.tools.forEach(emitDeclaration)))],
  ];
}

function tokens(): [string, number][] {
  const tools = corpusServers().flatMap((server) => server.tools);
  const average = (texts: readonly string[]): number =>
    Math.round((texts.reduce((sum, text) => sum + countTokens(text), 0) / tools.length) * 10) / 10;
  const raw = tools.map(({ toolName, description, inputSchema, outputSchema }) =>
    JSON.stringify({ name: toolName, description, inputSchema, outputSchema }),
  );
  return [
    ["raw JSON", average(raw)],
    ["full", average(tools.map(emitDeclaration))],
    ["signature", average(tools.map(emitSignature))],
    ["brief", average(tools.map(emitBrief))],
    ["full, Python", average(tools.map(emitPythonDeclaration))],
    ["signature, Python", average(tools.map(emitPythonSignature))],
  ];
}

function slowestHostile(): [string, number] {
  const times = Object.entries(HOSTILE_SCHEMAS).map(([name, inputSchema]): [string, number] => {
    const server = serverOf({ name: "s", tools: [{ name: "run", inputSchema }] });
    const start = performance.now();
    emitServerModule(server);
    return [name, performance.now() - start];
  });
  return times.sort(([, left], [, right]) => right - left)[0] ?? ["", 0];
}

if (process.argv[1]?.endsWith("bindings.ts")) benchBindings();
