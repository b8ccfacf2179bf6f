/** Arguments of a simulated tool. */
type Arguments = Readonly<Record<string, unknown>>;

/** State of one simulated service: its configuration of the start, and what it added. */
export type ServiceState = Record<string, unknown> & {
  /** Identifiers the service gives out next, by kind, where the dialogue relies on them. */
  readonly nextIds: Record<string, string[]>;
};

/** What a tool does to the state of its service. What it throws is the tool's error. */
export type Behaviour = (state: ServiceState, args: Arguments) => unknown;

/** A text argument. */
export function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

/** A record of the state; one that is missing is made. */
export function recordOf<Value = unknown>(state: ServiceState, name: string): Record<string, Value> {
  state[name] ??= {};
  return state[name] as Record<string, Value>;
}

/** A list of the state; one that is missing is made. */
export function listOf<Value = unknown>(state: ServiceState, name: string): Value[] {
  state[name] ??= [];
  return state[name] as Value[];
}

/** The next identifier of a kind: the one that the dialogue relies on, or one made of a count. */
export function nextId(state: ServiceState, kind: string): string {
  const given = state.nextIds[kind]?.shift();
  if (given !== undefined) return given;
  const made = recordOf<number>(state, "madeIds");
  made[kind] = (made[kind] ?? 0) + 1;
  return `${kind}_${made[kind]}`;
}

/** Raises the tool's error unless something holds. */
export function require(holds: unknown, otherwise: string): asserts holds {
  if (holds === false || holds === undefined || holds === null) throw new Error(otherwise);
}

/** A number argument. */
export function number(value: unknown): number {
  return Number(value);
}
