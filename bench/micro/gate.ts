import { defaultLimits } from "../../dist/engines/limits.js";
import { NamespaceTables } from "../../dist/languages/namespace-tables.js";
import { CodeModeExecutor } from "../../dist/host/executor.js";
import { Decisions } from "../../dist/runs/decisions/decisions.js";
import { ObservedTypes } from "../../dist/runs/observed/observed-types.js";
import { Run } from "../../dist/runs/run.js";
import type { RunHost } from "../../dist/runs/run-settings.js";
import { LanguageRuntimes } from "../../dist/runs/sessions/language-runtimes.js";
import { SkillPlaces } from "../../dist/runs/skills/skill-places.js";
import { createValidator } from "../../dist/schema/validator.js";
import { defineTool } from "../../dist/sources/functions/define-tool.js";
import { ToolRegistry } from "../../dist/sources/tool-registry.js";
import { measureTogether } from "./measure.ts";
import type { Measurement } from "./report.ts";

const CALLS = 2_000;
const ROUNDS = 40;

/** The same door without what decides about a call. */
class NoDecisions extends Decisions {
  override settle(...[, call]: Parameters<Decisions["settle"]>): ReturnType<Decisions["settle"]> {
    return call.arguments;
  }

  override conclude(...[, , perform]: Parameters<Decisions["conclude"]>): Promise<unknown> {
    return perform();
  }
}

/** What deciding costs a call where there are neither hooks nor rules: pairs of runs, with and without that part. */
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
    return [...measured, perCall(measured)];
  } finally {
    await host.runtimes.close();
    await executor.close();
    await registry.close();
  }
}

function workOf(host: RunHost, decide: () => Decisions): Omit<Parameters<typeof measureTogether>[0][number], "name"> {
  const run = async (): Promise<unknown> => {
    const limits = { ...defaultLimits("typescript"), toolCalls: CALLS };
    const one = new Run(host, { language: "typescript", limits, isTimed: false, decisions: decide() });
    let sum = 0;
    for (let i = 0; i < CALLS; i++) sum += Number(await one.gate.call(one.gate.announce("host__echo"), { i }));
    await one.finish(async () => {});
    return sum;
  };
  return { answer: (CALLS * (CALLS - 1)) / 2, rounds: ROUNDS, run };
}

/** The difference of the least disturbed runs, for one call, in milliseconds. */
function perCall([decided, undecided]: readonly Measurement[]): Measurement {
  if (decided === undefined || undecided === undefined) throw new Error("There is nothing to compare.");
  const least = Math.max(0, decided.least - undecided.least) / CALLS;
  const { samples } = decided;
  return { name: "deciding about one call", median: least, p95: least, least, samples, promise: 0.005 };
}
