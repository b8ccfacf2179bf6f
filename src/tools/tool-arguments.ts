import { isRecord } from "../base/is-record.ts";

/** Arguments that were checked against a tool's schema, read by name and type. */
export class ToolArguments {
  readonly #values: Readonly<Record<string, unknown>>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = values;
  }

  /** A text; undefined when it was left out. */
  text(name: string): string | undefined {
    const value = this.#values[name];
    return typeof value === "string" ? value : undefined;
  }

  /** A text that the schema requires. */
  requiredText(name: string): string {
    return this.text(name) ?? "";
  }

  /** A number; undefined when it was left out. */
  number(name: string): number | undefined {
    const value = this.#values[name];
    return typeof value === "number" ? value : undefined;
  }

  /** A truth value; undefined when it was left out. */
  flag(name: string): boolean | undefined {
    const value = this.#values[name];
    return typeof value === "boolean" ? value : undefined;
  }

  /** A list of texts; one text alone counts as a list of it. Undefined when it was left out. */
  texts(name: string): readonly string[] | undefined {
    const value = this.#values[name];
    if (typeof value === "string") return [value];
    return Array.isArray(value) ? value.filter((item) => typeof item === "string") : undefined;
  }

  /** An object; undefined when it was left out. */
  object(name: string): Readonly<Record<string, unknown>> | undefined {
    const value = this.#values[name];
    return isRecord(value) ? value : undefined;
  }

  /** Those of the named arguments that were given. */
  pick(names: readonly string[]): Readonly<Record<string, unknown>> {
    return Object.fromEntries(names.flatMap((name) => (name in this.#values ? [[name, this.#values[name]]] : [])));
  }
}
