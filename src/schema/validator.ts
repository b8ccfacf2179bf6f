import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";
import { canonicalSchema, STEP_KEYWORD } from "./canonical-schema.ts";
import { guardPattern, type GuardedPattern } from "./guarded-pattern.ts";
import { toIssues, type ValidationIssue } from "./issues.ts";
import { isSchemaObject, type JsonSchema, type JsonSchemaObject } from "./json-schema.ts";
import { measureSchema } from "./subschemas.ts";
import { findPrototypeKey, hasUniqueItems, isSmall } from "./value-checks.ts";
import { ValidationBudget } from "./validation-budget.ts";

/** What a validation found. `skipped` says why a value was let through unchecked. */
export type ValidationResult =
  | { readonly ok: true; readonly skipped?: string }
  | { readonly ok: false; readonly issues: readonly ValidationIssue[] };

/** Checks values against schemas of unknown origin. */
export interface Validator {
  /** Never throws. A value is refused only when the schema surely forbids it, or when it has an own key `__proto__`. */
  validate(schema: JsonSchema, value: unknown): ValidationResult;
  /** What of a schema is not checked, as sentences. Compiles the schema when that has not happened yet. */
  problemsOf(schema: JsonSchema): readonly string[];
}

interface Compiled {
  /** Stops at the first fault; undefined when the schema cannot be compiled. */
  readonly check: ValidateFunction | undefined;
  /** Finds every fault; compiled at the first fault. */
  readonly explain: () => ValidateFunction;
  readonly problems: readonly string[];
}

const LIMITS = { maxNodes: 10_000, maxDepth: 100 };
const PASSED: ValidationResult = { ok: true };

/**
 * Makes a validator that compiles each schema at its first use and keeps the result as long as the schema object lives.
 *
 * Formats are annotations. Neither a schema nor a value can hold up the process: what takes longer than 30 ms is let
 * through as `skipped`, since the server checks for itself.
 */
export function createValidator(): Validator {
  const cache = new WeakMap<JsonSchemaObject, Compiled>();
  const budget = new ValidationBudget();
  const compiledFor = (schema: JsonSchemaObject): Compiled => {
    const known = cache.get(schema);
    if (known !== undefined) return known;
    const compiled = compileSchema(schema, budget);
    cache.set(schema, compiled);
    return compiled;
  };
  return {
    validate(schema, value) {
      const key = findPrototypeKey(value);
      if (key !== undefined) return { ok: false, issues: [key] };
      if (!isSchemaObject(schema)) return PASSED;
      const compiled = compiledFor(schema);
      return compiled.check === undefined
        ? { ok: true, skipped: compiled.problems.join(" ") }
        : runCheck(compiled, compiled.check, { value, budget });
    },
    problemsOf: (schema) => (isSchemaObject(schema) ? compiledFor(schema).problems : []),
  };
}

function runCheck(
  compiled: Compiled,
  check: ValidateFunction,
  { value, budget }: { value: unknown; budget: ValidationBudget },
): ValidationResult {
  try {
    budget.start();
    if (check(value)) return PASSED;
    let errors = check.errors ?? [];
    if (isSmall(value)) {
      const explain = compiled.explain();
      budget.start();
      if (!explain(value)) errors = explain.errors ?? errors;
    }
    return { ok: false, issues: toIssues(errors) };
  } catch (thrown) {
    return { ok: true, skipped: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function compileSchema(schema: JsonSchemaObject, budget: ValidationBudget): Compiled {
  const size = measureSchema(schema, LIMITS);
  if (!size.complete) {
    return failed(
      `The schema is too large or too deep to be checked (more than ${size.nodes} parts, ${size.depth} levels).`,
    );
  }
  try {
    const patterns = new Map<string, GuardedPattern | undefined>();
    const patternOf = (source: string): GuardedPattern | undefined => {
      if (!patterns.has(source)) patterns.set(source, guardPattern(source, budget));
      return patterns.get(source);
    };
    const canonical = canonicalSchema(schema, (source) => patternOf(source) !== undefined);
    const compile = (allErrors: boolean): ValidateFunction =>
      createAjv({ allErrors, budget, patternOf }).compile(canonical.schema);
    let explain: ValidateFunction | undefined;
    return { check: compile(false), explain: () => (explain ??= compile(true)), problems: canonical.problems };
  } catch (thrown) {
    return failed(`The schema cannot be compiled: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
  }
}

function failed(problem: string): Compiled {
  const explain = (): ValidateFunction => {
    throw new Error(problem);
  };
  return { check: undefined, explain, problems: [problem] };
}

interface AjvParts {
  readonly allErrors: boolean;
  readonly budget: ValidationBudget;
  readonly patternOf: (source: string) => GuardedPattern | undefined;
}

/** An instance per schema: Ajv keeps what it compiled for as long as the instance lives. */
function createAjv({ allErrors, budget, patternOf }: AjvParts): Ajv2020 {
  const engine = (source: string): GuardedPattern & { toString(): string } => ({
    test: (text: string) => patternOf(source)?.test(text) ?? true,
    toString: () => `/${source}/`,
  });
  const ajv = new Ajv2020({
    allErrors,
    strict: false,
    meta: false,
    validateSchema: false,
    validateFormats: false,
    addUsedSchema: false,
    inlineRefs: false,
    ownProperties: true,
    verbose: true,
    logger: false,
    code: { regExp: Object.assign(engine, { code: "codemodePattern" }) },
  });
  ajv.removeKeyword("uniqueItems");
  ajv.addKeyword({
    keyword: "uniqueItems",
    type: "array",
    schema: false,
    errors: false,
    validate: (list: readonly unknown[]) => hasUniqueItems(list, budget),
  });
  ajv.addKeyword({
    keyword: STEP_KEYWORD,
    schema: false,
    errors: false,
    validate: () => {
      budget.step();
      return true;
    },
  });
  return ajv;
}
