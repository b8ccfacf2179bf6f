import { isRecord } from "../../base/is-record.ts";
import { pointerStep } from "../../schema/check/value-checks.ts";

/** The arguments of a call as far as the text spells them out. Paths are JSON pointers. */
export interface WrittenArguments {
  /** The object of arguments; an empty one where nothing is written. Null stands at each place the text does not say. */
  readonly value: unknown;
  /** Places whose value the text does not say. */
  readonly holes: readonly string[];
  /** Objects and lists that may have more in them than is written. */
  readonly open: readonly string[];
  /** Offset at which each property and item begins. */
  readonly places: readonly (readonly [path: string, start: number])[];
}

/** What is written of a call, with `undefined`, which no schema takes, at the places that are not known. */
export function withHoles({ value, holes }: WrittenArguments): unknown {
  return holed(value, new Set(holes), "");
}

function holed(value: unknown, holes: ReadonlySet<string>, path: string): unknown {
  if (holes.has(path)) return undefined;
  const step = (key: string | number): string => path + pointerStep(key);
  if (Array.isArray(value)) return value.map((item, index) => holed(item, holes, step(index)));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, holed(part, holes, step(key))]));
}
