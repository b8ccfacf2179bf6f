import { defined } from "../base/defined.ts";
import type { ToolEntry } from "../catalog/tool.ts";
import { splitToolName } from "../catalog/unknown-name.ts";
import type { CallOptions } from "./source.ts";
import type { ToolRegistry } from "./tool-registry.ts";
import { toToolValueSoon } from "./tool-value.ts";

interface UngatedCall {
  /** Any spelling of the tool's name. */
  readonly name: string;
  readonly arguments: Readonly<Record<string, unknown>>;
  readonly options: CallOptions | undefined;
  readonly toolResultBytes: number | undefined;
}

/** Calls a tool of a registry that has no gate, and returns the value that a program would get. */
export async function callUngated(registry: ToolRegistry, call: UngatedCall): Promise<unknown> {
  const { options, toolResultBytes } = call;
  const entry = await find(registry, call.name, options?.signal);
  const envelope = await registry.invoke(entry, call.arguments, options);
  const { value } = await toToolValueSoon(entry, envelope, defined({ toolResultBytes }));
  return value;
}

/** Waits for a tool's own server only, so that a silent one delays no other server. */
async function find(registry: ToolRegistry, name: string, signal: AbortSignal | undefined): Promise<ToolEntry> {
  const known = registry.catalog().get(name);
  if (known !== undefined) return known;
  const owner = splitToolName(registry.catalog(), name)?.server.name;
  await registry.ready(owner === undefined ? [] : [owner], { signal });
  return registry.getToolDetails(name);
}
