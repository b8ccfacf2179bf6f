import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { defaultLimits } from "../../src/engines/limits.ts";
import { NamespaceTables } from "../../src/languages/namespace-tables.ts";
import { CodeModeExecutor } from "../../src/host/executor.ts";
import { commandHooks } from "../../src/runs/decisions/command-hooks.ts";
import { Decisions } from "../../src/runs/decisions/decisions.ts";
import { ObservedTypes } from "../../src/runs/observed/observed-types.ts";
import { Run } from "../../src/runs/run.ts";
import type { RunHost } from "../../src/runs/run-settings.ts";
import { LanguageRuntimes } from "../../src/runs/sessions/language-runtimes.ts";
import { SkillPlaces } from "../../src/runs/skills/skill-places.ts";
import { createValidator } from "../../src/schema/validator.ts";
import { defineTool } from "../../src/sources/functions/define-tool.ts";
import { ToolRegistry } from "../../src/sources/tool-registry.ts";
import { compare, measureTogether } from "./measure.ts";
import type { Measurement } from "./report.ts";

const CALLS = 2_000;
const ROUNDS = 40;
/** A hook without an opinion. */
const HOOK = "cat > /dev/null";

/** The same door without what decides about a call. */
class NoDecisions extends Decisions {
  override settle(...[, call]: Parameters<Decisions["settle"]>): ReturnType<Decisions["settle"]> {
    return call.arguments;
  }

  override conclude(...[, , perform]: Parameters<Decisions["conclude"]>): Promise<unknown> {
    return perform();
  }
}

/** What deciding costs a call: pairs of runs, with and without that part, and with a command that is asked. */
async function measureGate(): Promise<Measurement[]> {
  const registry = new ToolRegistry();
  const inputSchema = { type: "object", properties: { i: { type: "number" } } } as const;
  registry.addTools("host", [
    defineTool({ name: "echo", description: "Echoes.", inputSchema, execute: ({ i }) => Number(i) }),
  ]);
  const executor = new CodeModeExecutor(registry);
  const host: RunHost = {
    registry,
    runtimes: new LanguageRuntimes({}, defaultLimits),
    skills: executor.skills,
    skillPlaces: new SkillPlaces(),
    namespaces: new NamespaceTables(),
    validator: createValidator(),
    policy: {},
    observed: new ObservedTypes(),
    limits: defaultLimits,
  };
  try {
    const measured = await measureTogether([
      { name: `${CALLS} calls through the gate`, ...workOf(host, () => new Decisions({})) },
      { name: `${CALLS} calls, nothing decided`, ...workOf(host, () => new NoDecisions({})) },
    ]);
    return [...measured, perCall(measured), ...(await measureCommandHook(host))];
  } finally {
    await host.runtimes.close();
    await executor.close();
    await registry.close();
  }
}

/** Calls that a command is asked about, against the same command started by itself with the same input. */
async function measureCommandHook(host: RunHost): Promise<Measurement[]> {
  const hooks = commandHooks({ beforeToolCall: [{ command: HOOK }] }, tmpdir());
  const [hooked, alone] = await measureTogether([
    { name: "a call that a command is asked about", ...workOf(host, () => new Decisions({ hooks }), 1), rounds: 300 },
    { name: "the process of that command alone", answer: 0, rounds: 300, run: startAlone },
  ]);
  if (hooked === undefined || alone === undefined) throw new Error("There is nothing to compare.");
  return [compare(hooked, alone, 1.1), alone];
}

async function startAlone(): Promise<unknown> {
  const child = spawn(HOOK, { shell: true, stdio: ["pipe", "pipe", "pipe"], detached: true });
  child.stdin.end(JSON.stringify({ tool_name: "mcp__host__echo", tool_input: { i: 0 } }));
  child.stdout.resume();
  child.stderr.resume();
  const [status]: unknown[] = await once(child, "close");
  return status;
}

function workOf(
  host: RunHost,
  decide: () => Decisions,
  count: number = CALLS,
): Omit<Parameters<typeof measureTogether>[0][number], "name"> {
  const run = async (): Promise<unknown> => {
    const limits = { ...defaultLimits("typescript"), toolCalls: count };
    const one = new Run(host, { language: "typescript", limits, isTimed: false, decisions: decide() });
    let sum = 0;
    for (let i = 0; i < count; i++) sum += Number(await one.gate.call(one.gate.announce("host__echo"), { i }));
    await one.finish(async () => {});
    return sum;
  };
  return { answer: (count * (count - 1)) / 2, rounds: ROUNDS, run };
}

/** The difference of the least disturbed runs, for one call, in milliseconds. */
function perCall([decided, undecided]: readonly Measurement[]): Measurement {
  if (decided === undefined || undecided === undefined) throw new Error("There is nothing to compare.");
  const least = Math.max(0, decided.least - undecided.least) / CALLS;
  const { samples } = decided;
  return { name: "deciding about one call", median: least, p95: least, least, samples, promise: 0.005 };
}

// The parts of the door are not to be had one by one from the built package, so this runs from the sources.
console.log(JSON.stringify(await measureGate()));
