import { setImmediate as nextTurn } from "node:timers/promises";
import { SlicedWork } from "../../base/sliced-work.ts";
import { LargeJson, LargeText } from "../../base/steps/large-text.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import type { JsonSchema } from "../../schema/json-schema.ts";
import type { ToolResultEnvelope } from "../../sources/source.ts";
import { toToolValueSoon } from "../../sources/tool-value.ts";
import type { Run } from "../run.ts";
import { outlineJson } from "../../base/steps/outline-json.ts";
import { keepLargeResult } from "./keep-large-result.ts";

/**
 * Value of a tool's result for the program, with what is noted and learned of it. A result too large for a program is kept
 * aside, and the error says where. Throws the `CodemodeError` of a result that is one.
 */
export function readResult(run: Run, tool: ToolEntry, envelope: ToolResultEnvelope): unknown {
  try {
    const value = valueOf(run, tool, envelope);
    return value instanceof Promise
      ? value.catch((thrown: unknown) => keepAside(run, tool, { envelope, thrown }))
      : value;
  } catch (thrown) {
    return keepAside(run, tool, { envelope, thrown });
  }
}

async function keepAside(...result: Parameters<typeof keepLargeResult>): Promise<never> {
  const [run] = result;
  run.clock.signal.throwIfAborted();
  throw await keepLargeResult(...result);
}

function valueOf(run: Run, tool: ToolEntry, envelope: ToolResultEnvelope): unknown {
  const { toolResultBytes } = run.limits;
  const check = (part: unknown, schema: JsonSchema): string | undefined => {
    const verdict = run.host.validator.validate(schema, part);
    return verdict.ok ? undefined : verdict.issues.map(({ message }) => ofResult(message)).join("; ");
  };
  const { signal } = run.clock;
  const prepare = (part: object): Promise<void> => run.host.validator.prepare(part, signal);
  const result = toToolValueSoon(tool, envelope, { toolResultBytes, check, prepare, signal, asBytes: true });
  if (!(result instanceof Promise) && !(result.value instanceof LargeText)) return noted(run, tool, result);
  return Promise.resolve(result).then(async (read) => {
    await nextTurn();
    return noted(run, tool, { ...read, seen: await seenOf(read.value, signal) });
  });
}

/** What is looked at of a value; of one that is kept as bytes its shape. */
async function seenOf(value: unknown, signal: AbortSignal): Promise<unknown> {
  if (value instanceof LargeJson) return new SlicedWork(() => outlineJson(value)).soon(signal);
  return value instanceof LargeText ? value.head : value;
}

/** The words of a fault say of a whole value that it is the arguments. */
const ofResult = (message: string): string => message.replace(/^The arguments /, "it ").replace(/\.$/, "");

function noted(
  { host, record }: Run,
  tool: ToolEntry,
  { value, notes, seen = value }: Awaited<ReturnType<typeof toToolValueSoon>> & { readonly seen?: unknown },
): unknown {
  for (const note of notes) record.resultNotes.add(note);
  const drift = host.observed.learn(tool, seen);
  if (drift !== undefined) record.resultNotes.add(drift);
  record.remember(tool.name, seen);
  return value;
}
