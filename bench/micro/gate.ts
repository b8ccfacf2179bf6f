import { spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { defaultLimits } from "../../dist/engines/limits.js";
import { NamespaceTables } from "../../dist/languages/namespace-tables.js";
import { CodeModeExecutor } from "../../dist/host/executor.js";
import { commandHooks } from "../../dist/runs/decisions/command-hooks.js";
import { Decisions } from "../../dist/runs/decisions/decisions.js";
import { ObservedTypes } from "../../dist/runs/observed/observed-types.js";
import { Run } from "../../dist/runs/run.js";
import type { RunHost } from "../../dist/runs/run-settings.js";
import { LanguageRuntimes } from "../../dist/runs/sessions/language-runtimes.js";
import { SkillPlaces } from "../../dist/runs/skills/skill-places.js";
import { createValidator } from "../../dist/schema/validator.js";
import { defineTool } from "../../dist/sources/functions/define-tool.js";
import { ToolRegistry } from "../../dist/sources/tool-registry.js";
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
export async function measureGate(): Promise<Measurement[]> {
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
