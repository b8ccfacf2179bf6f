import type { ErrorObject } from "ajv";
import { closest, distance } from "fastest-levenshtein";
import { isSchemaObject } from "./json-schema.ts";
import { expectation, spell } from "./expectation.ts";

/** One thing that is wrong with a value, written for a model or a person that has to mend it. */
export interface ValidationIssue {
  /** JSON pointer to the field concerned; for a missing field, where it belongs. */
  readonly path: string;
  /** What is wrong and what is allowed. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
}

const MAX_ISSUES = 20;
const MAX_NAMES = 30;
const MAX_FIX = 80;

/** Turns a validator's errors into issues: the most telling first, alternatives summed up as one. */
export function toIssues(errors: readonly ErrorObject[]): ValidationIssue[] {
  const issues = new Map<string, ValidationIssue>();
  for (const error of withoutBranches(errors)) {
    const issue = toIssue(error);
    if (!issues.has(issue.message)) issues.set(issue.message, issue);
    if (issues.size >= MAX_ISSUES) break;
  }
  return [...issues.values()];
}

/**
 * Leaves out the errors of single alternatives when the choice as a whole failed, unless exactly one alternative
 * failed deeper inside: then that was the one meant, and its errors say more.
 */
function withoutBranches(errors: readonly ErrorObject[]): ErrorObject[] {
  let kept = [...errors];
  for (const choice of errors.filter(isChoice)) {
    if (!kept.includes(choice)) continue;
    const inside = (error: ErrorObject): boolean =>
      error !== choice && error.instancePath.startsWith(choice.instancePath) && isBelow(error, choice, errors);
    const branches = kept.filter(inside);
    if (branches.length === 0) continue;
    const telling = tellingBranch(branches, choice);
    const dropped = new Set(
      telling === undefined ? branches : [choice, ...branches.filter((each) => !telling.includes(each))],
    );
    kept = kept.filter((error) => !dropped.has(error));
  }
  return kept.filter((error) => error.keyword !== "if" && !(isChoice(error) && hasDeeper(error, kept)));
}

function isChoice({ keyword }: ErrorObject): boolean {
  return keyword === "anyOf" || keyword === "oneOf";
}

function hasDeeper(choice: ErrorObject, errors: readonly ErrorObject[]): boolean {
  return errors.some(
    (error) => error !== choice && error.instancePath.startsWith(`${choice.instancePath}/`) && isChoice(error),
  );
}

/** Errors of alternatives come right before the error of the choice. */
function isBelow(error: ErrorObject, choice: ErrorObject, errors: readonly ErrorObject[]): boolean {
  if (errors.indexOf(error) > errors.indexOf(choice)) return false;
  return error.schemaPath.startsWith(`${choice.schemaPath}/`) || error.schemaPath.startsWith("#/$defs/");
}

function tellingBranch(branches: readonly ErrorObject[], choice: ErrorObject): ErrorObject[] | undefined {
  const groups = new Map<string, ErrorObject[]>();
  for (const error of branches) {
    const rest = error.schemaPath.slice(choice.schemaPath.length + 1);
    const key = error.schemaPath.startsWith(choice.schemaPath)
      ? (rest.split("/")[0] ?? "")
      : error.schemaPath.split("/", 3).join("/");
    groups.set(key, [...(groups.get(key) ?? []), error]);
  }
  const meant = [...groups.values()].filter((group) => !group.some((error) => excludes(error, choice)));
  return meant.length === 1 ? meant[0] : undefined;
}

/** Tells whether an error shows that an alternative was not meant at all: another type, or another tag. */
function excludes(error: ErrorObject, choice: ErrorObject): boolean {
  if (error.keyword === "const" || error.keyword === "enum") return true;
  return error.keyword === "type" && error.instancePath === choice.instancePath;
}

function toIssue(error: ErrorObject): ValidationIssue {
  const params: Readonly<Record<string, unknown>> = error.params;
  const at = error.instancePath === "" ? "The arguments" : error.instancePath;
  switch (error.keyword) {
    case "required":
    case "dependentRequired":
      return missing(error, String(params["missingProperty"]));
    case "additionalProperties":
    case "unevaluatedProperties":
      return unknownProperty(error, String(params["additionalProperty"] ?? params["unevaluatedProperty"]));
    case "false schema":
      return { path: error.instancePath, message: `${at} is not allowed.`, fix: `Remove ${at}.` };
    default:
      return wrongValue(error, at);
  }
}

function wrongValue(error: ErrorObject, at: string): ValidationIssue {
  const allowed = expectation(error);
  const values: unknown = error.parentSchema?.["enum"];
  const names = Array.isArray(values) ? values.filter((each) => typeof each === "string") : [];
  const near = typeof error.data === "string" ? closestKey(error.data, names) : undefined;
  const guess = near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
  const wanted = near === undefined ? allowed : JSON.stringify(near);
  const field = error.instancePath === "" ? "the arguments" : at;
  return {
    path: error.instancePath,
    message: `${at} must be ${allowed}, not ${spell(error.data)}.${guess}`,
    fix: `Change ${field} to ${wanted.length <= MAX_FIX ? wanted : "what is allowed"}.`,
  };
}

function missing(error: ErrorObject, name: string): ValidationIssue {
  const path = `${error.instancePath}/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const part = propertiesOf(error)[name];
  const wanted = isSchemaObject(part) ? expectation({ parentSchema: part }) : "a value";
  const near = closestKey(name, unknownKeys(error));
  return {
    path,
    message: `${path} is missing; it must be ${wanted}.${near === undefined ? "" : ` Did you mean it by ${JSON.stringify(near)}?`}`,
    fix:
      near === undefined
        ? `Add ${JSON.stringify(name)}.`
        : `Rename ${JSON.stringify(near)} to ${JSON.stringify(name)}.`,
  };
}

function unknownProperty(error: ErrorObject, name: string): ValidationIssue {
  const path = `${error.instancePath}/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
  const names = Object.keys(propertiesOf(error));
  const near = closestKey(name, names);
  const allowed =
    names.length === 0 ? "No properties are allowed here" : `Allowed: ${names.slice(0, MAX_NAMES).join(", ")}`;
  const more = names.length > MAX_NAMES ? ` and ${names.length - MAX_NAMES} more` : "";
  return {
    path,
    message: `${path} is not a known property. ${allowed}${more}.${near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`}`,
    fix:
      near === undefined
        ? `Remove ${JSON.stringify(name.slice(0, 100))}.`
        : `Rename ${JSON.stringify(name)} to ${JSON.stringify(near)}.`,
  };
}

function propertiesOf(error: ErrorObject): Readonly<Record<string, unknown>> {
  const properties = error.parentSchema?.["properties"];
  return isSchemaObject(properties) ? properties : {};
}

/** Keys the value has and the schema does not list. */
function unknownKeys(error: ErrorObject): string[] {
  const known = propertiesOf(error);
  return isSchemaObject(error.data) ? Object.keys(error.data).filter((key) => !Object.hasOwn(known, key)) : [];
}

function closestKey(name: string, candidates: readonly string[]): string | undefined {
  const usable = candidates.filter((each) => each.length <= 64).slice(0, 200);
  if (usable.length === 0 || name.length > 64) return undefined;
  const flat = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const same = usable.find((each) => flat(each) === flat(name));
  if (same !== undefined) return same;
  const best = closest(name, usable);
  return distanceFits(name, best) ? best : undefined;
}

function distanceFits(name: string, other: string): boolean {
  if (other.startsWith(name) || name.startsWith(other)) return true;
  return distance(name, other) <= Math.max(name.length, other.length) / 2;
}
