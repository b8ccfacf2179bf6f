import { canonicalSchema } from "./canonical-schema.ts";
import { createCheckCompiler, type Check } from "./check/check-compiler.ts";
import { explainFaults, type ValidationIssue } from "./check/explain.ts";
import { guardPattern, type GuardedPattern } from "./check/guarded-pattern.ts";
import { isRecord } from "../base/is-record.ts";
import { SlicedWork } from "../base/sliced-work.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";
import { measureSchema } from "./subschemas.ts";
import { ValidationBudget } from "./check/validation-budget.ts";
import { type LookedThrough, lookThrough, MOST_MEMBERS } from "./check/value-checks.ts";

/** Result of a validation. `skipped` is the reason why a value was accepted unchecked. */
export type ValidationResult =
  | { readonly ok: true; readonly skipped?: string }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** Checks values against schemas of unknown origin. */
export interface Validator {
  /** Never throws. A value is refused only when the schema surely forbids it, or when it has an own key `__proto__`. */
  validate(schema: JsonSchema, value: unknown): ValidationResult;
  /** Looks through a large value while other work goes on, so that validating it takes little time afterwards. */
  prepare(value: object, signal?: AbortSignal): Promise<void>;
  /** Parts of a schema that are not checked, as sentences. Compiles the schema when that has not happened yet. */
  problemsOf(schema: JsonSchema): readonly string[];
}

interface CompiledSchema {
  /** Undefined when the schema cannot be compiled. */
  readonly check: Check | undefined;
  readonly explain: (value: unknown) => ValidationIssue[];
  readonly problems: readonly string[];
}

const LIMITS = { maxNodes: 8000, maxDepth: 200 };
const PASSED: ValidationResult = { ok: true };
const TOO_MANY_FAULTS: ValidationIssue = {
  path: "",
  message: "The arguments do not match the schema, and they are too large to say where.",
  fix: "Check the arguments against the tool's declaration.",
};

const FLAT: LookedThrough = { prototypeKey: undefined, isSmall: true, isWide: false };
const TOO_WIDE: ValidationResult = {
  ok: true,
  skipped: `An object with more than ${MOST_MEMBERS} members is not checked.`,
};

/** Parts up to which a value is looked at without more ado. */
const FEW_PARTS = 32;

/**
 * Makes a validator that compiles each schema at its first use and keeps the result as long as the schema object lives.
 *
 * Formats are annotations. Neither a schema nor a value can hold up the process: what takes longer than 30 ms, or has
 * an object with more than 100,000 members, is let through as `skipped`, since the server checks for itself.
 */
export function createValidator(): Validator {
  const cache = new WeakMap<JsonSchemaObject, CompiledSchema>();
  /** Values that were looked through. */
  const prepared = new WeakMap<object, LookedThrough>();
  const budget = new ValidationBudget();
  const compiledFor = (schema: JsonSchemaObject): CompiledSchema => {
    const known = cache.get(schema);
    if (known !== undefined) return known;
    const compiled = compileSchema(schema, budget);
    cache.set(schema, compiled);
    return compiled;
  };
  return {
    async prepare(value, signal) {
      const looked = await new SlicedWork(() => lookThrough(value)).soon(signal);
      if (looked.prototypeKey === undefined) prepared.set(value, looked);
    },
    validate(schema, value) {
      const { prototypeKey: path, isSmall, isWide } = lookedAt(value, prepared);
      if (path !== undefined) return { ok: false, issues: [prototypeKey(path)] };
      if (!isSchemaObject(schema)) return PASSED;
      if (isWide) return TOO_WIDE;
      const compiled = compiledFor(schema);
      if (compiled.check === undefined) return { ok: true, skipped: compiled.problems.join(" ") };
      return runCheck(compiled.check, value, { compiled, budget, isSmall });
    },
    problemsOf: (schema) => (isSchemaObject(schema) ? compiledFor(schema).problems : []),
  };
}

/** What is known of a value, or found when it is looked through now. */
function lookedAt(value: unknown, prepared: WeakMap<object, LookedThrough>): LookedThrough {
  const looked = typeof value === "object" && value !== null ? prepared.get(value) : FLAT;
  if (looked !== undefined) return looked;
  return isFlat(value) ? FLAT : new SlicedWork(() => lookThrough(value)).now();
}

/**
 * True for a value without objects in it and with few parts, such as the arguments of most calls: there is nothing to look
 * through.
 */
function isFlat(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (!isRecord(value) || Object.hasOwn(value, "__proto__")) return false;
  let parts = 0;
  for (const key in value) {
    const part = value[key];
    parts += 1;
    if ((typeof part === "object" && part !== null) || parts > FEW_PARTS) return false;
  }
  return true;
}

function runCheck(
  check: Check,
  value: unknown,
  { compiled, budget, isSmall }: { compiled: CompiledSchema; budget: ValidationBudget; isSmall: boolean },
): ValidationResult {
  try {
    budget.start();
    if (check(value)) return PASSED;
  } catch (thrown) {
    return { ok: true, skipped: reasonOf(thrown) };
  }
  try {
    budget.start();
    return { ok: false, issues: isSmall ? compiled.explain(value) : [TOO_MANY_FAULTS] };
  } catch {
    return { ok: false, issues: [TOO_MANY_FAULTS] };
  }
}

function compileSchema(schema: JsonSchemaObject, budget: ValidationBudget): CompiledSchema {
  const { complete } = measureSchema(schema, LIMITS);
  if (!complete) return failed("The schema is too large or too deeply nested to be checked.");
  try {
    const patterns = new Map<string, GuardedPattern | undefined>();
    const patternOf = (source: string): GuardedPattern | undefined => {
      if (!patterns.has(source)) patterns.set(source, guardPattern(source, budget));
      return patterns.get(source);
    };
    const canonical = canonicalSchema(schema, (source) => patternOf(source) !== undefined);
    const compiler = createCheckCompiler(canonical.schema, { budget, patternOf });
    const explain = (value: unknown): ValidationIssue[] => explainFaults(canonical.schema, value, compiler);
    return { check: compiler.checkOf(canonical.schema), explain, problems: canonical.problems };
  } catch (thrown) {
    return failed(`The schema cannot be compiled: ${reasonOf(thrown)}`);
  }
}

function failed(problem: string): CompiledSchema {
  return { check: undefined, explain: () => [], problems: [problem] };
}

function prototypeKey(path: string): ValidationIssue {
  return {
    path,
    message: `${path === "" ? "The arguments have" : `${path} has`} a key "__proto__", which is refused.`,
    fix: 'Remove the key "__proto__".',
  };
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof RangeError)
    return "The schema refers to itself without end, or the value is nested too deeply.";
  return thrown instanceof Error ? thrown.message : String(thrown);
}
