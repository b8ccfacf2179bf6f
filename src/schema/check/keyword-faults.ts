import { closestName } from "../../base/closest-name.ts";
import { isSchemaObject, type JsonSchemaObject } from "../json-schema.ts";
import { isRecord } from "../../base/is-record.ts";
import { type FaultContext, propertyFaults, type ValueFault } from "./property-faults.ts";
import { spellValue, wantedBy } from "./wanted.ts";

/** Keywords that are tested one by one, and what they want; `#` stands for the keyword's value. */
const PHRASES: readonly (readonly [keyword: string, phrase: string])[] = [
  ["minimum", "at least #"],
  ["maximum", "at most #"],
  ["exclusiveMinimum", "more than #"],
  ["exclusiveMaximum", "less than #"],
  ["multipleOf", "a multiple of #"],
  ["minLength", "at least # characters long"],
  ["maxLength", "at most # characters long"],
  ["pattern", "text that matches #"],
  ["minItems", "a list of at least # items"],
  ["maxItems", "a list of at most # items"],
  ["minProperties", "an object with at least # properties"],
  ["maxProperties", "an object with at most # properties"],
  ["uniqueItems", "a list without repeated items"],
  ["contains", "a list with at least one matching item"],
  ["propertyNames", "an object whose keys its schema allows"],
  ["dependentSchemas", "an object that has what its keys need beside them"],
  ["not", "something its schema does not exclude"],
];

/** Lists the faults that a schema's own keywords find, those of its parts and alternatives left out. */
export function explainKeywords(schema: JsonSchemaObject, value: unknown, context: FaultContext): ValueFault[] {
  const faults = [...valueFaults(schema, value, context), ...phraseFaults(schema, value, context)];
  return isRecord(value) ? [...faults, ...propertyFaults(schema, value, context)] : faults;
}

function valueFaults(schema: JsonSchemaObject, value: unknown, { path, compiler }: FaultContext): ValueFault[] {
  const faults: ValueFault[] = [];
  for (const keyword of ["enum", "const"]) {
    if (!Object.hasOwn(schema, keyword)) continue;
    const part = { [keyword]: schema[keyword] };
    if (compiler.checkOf(part)(value)) continue;
    const names = Array.isArray(schema["enum"]) ? schema["enum"].filter((each) => typeof each === "string") : [];
    const near = typeof value === "string" ? closestName(value, names) : undefined;
    const guess = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
    const wanted = wantedBy(part, compiler);
    const place = path === "" ? "The arguments" : path;
    const change = near === undefined ? (wanted.length > 80 ? "what is allowed" : wanted) : JSON.stringify(near);
    faults.push({
      kind: "value",
      path,
      wanted,
      message: `${place} must be ${wanted}, not ${spellValue(value)}.${guess}`,
      fix: `Change ${path === "" ? "the arguments" : path} to ${change}.`,
    });
  }
  return faults;
}

function phraseFaults(schema: JsonSchemaObject, value: unknown, { path, compiler }: FaultContext): ValueFault[] {
  return PHRASES.filter(([keyword]) => {
    if (schema[keyword] === undefined) return false;
    const { minContains, maxContains } = schema;
    const beside = keyword === "contains" ? { minContains, maxContains } : {};
    return !compiler.checkOf({ [keyword]: schema[keyword], ...beside })(value);
  }).map(([keyword, phrase]) => {
    const wanted = phrase.replace("#", () => String(schema[keyword]).slice(0, 200));
    const place = path === "" ? "The arguments" : path;
    if (keyword === "not" && isEmptySchema(schema["not"])) {
      const message = `${place} cannot be anything: its schema contradicts itself and allows no value.`;
      return { kind: "other", path, message, fix: `Leave ${path === "" ? "the arguments" : path} out.` };
    }
    const message = `${place} must be ${wanted}, not ${spellValue(value)}.`;
    return { kind: "other", path, message, fix: `Change ${path === "" ? "the arguments" : path} to ${wanted}.` };
  });
}

function isEmptySchema(schema: unknown): boolean {
  return schema === true || (isSchemaObject(schema) && Object.keys(schema).length === 0);
}
