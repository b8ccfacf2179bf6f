import { isRecord } from "../base/is-record.ts";
import * as z from "zod";
import type { JsonObject, JsonValue } from "../base/json.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { ContentItem, LIST_FIELDS } from "../sources/source.ts";

/** Which skill is meant; `skill_name` is what some programs are used to. */
export interface NamedSkill {
  readonly name?: string;
  readonly skill_name?: string;
}

/** A request to run a skill. */
export interface SkillRunRequest extends NamedSkill {
  readonly kind: "skill-run";
  readonly arguments?: JsonObject | null | undefined;
  /** An exported function other than the one that running the skill calls. */
  readonly function?: string;
  /** Arguments by position, as in a call of an imported function. */
  readonly positional?: readonly JsonValue[];
  /** A script of a folder skill, with its arguments: words, or options by name. */
  readonly script_name?: string | null | undefined;
  readonly args?: readonly string[] | JsonObject | null | undefined;
}

/** What guest code may ask about skills. */
export type SkillRequest =
  | {
      readonly kind: "skill-list";
      readonly query?: string | null | undefined;
      readonly limit?: number | null | undefined;
    }
  | ({ readonly kind: "skill-load" } & NamedSkill)
  | ({ readonly kind: "skill-resource"; readonly resource_name: string } & NamedSkill)
  | SkillRunRequest;

/** Request of a guest to its host. */
export type GuestRequest =
  | {
      readonly kind: "call";
      readonly name: string;
      readonly arguments?: unknown;
      readonly options?: { readonly raw?: boolean; readonly timeoutMs?: number };
    }
  | {
      readonly kind: "search";
      readonly query: string;
      readonly limit?: number;
      readonly server?: string;
      readonly includeDeferred?: boolean;
    }
  | { readonly kind: "describe"; readonly name: string; readonly detail?: "brief" | "signature" | "full" }
  | { readonly kind: "emit"; readonly item: ContentItem | string | readonly ContentItem[] }
  | { readonly kind: "artifact-save"; readonly value: JsonValue; readonly name?: string; readonly mimeType?: string }
  | {
      readonly kind: "artifact-read";
      readonly id: string;
      readonly offset?: number;
      readonly limit?: number;
      readonly pattern?: string;
      readonly path?: string;
    }
  | { readonly kind: "artifact-list" }
  | { readonly kind: "artifact-search"; readonly query: string; readonly limit?: number }
  | { readonly kind: "artifact-lines"; readonly id: string; readonly offset?: number; readonly limit?: number }
  | {
      readonly kind: "artifact-rows";
      readonly id: string;
      readonly path?: string;
      readonly offset?: number;
      readonly limit?: number;
    }
  | {
      readonly kind: "ask";
      readonly method: keyof typeof LIST_FIELDS | "completion/complete";
      readonly server?: string;
      readonly params?: JsonObject;
    }
  | WaitRequest
  | SkillRequest;

/** Of the engine, for a guest that can be repeated: to be woken when its clock shows a time. */
interface WaitRequest {
  readonly kind: "wait";
  /** In milliseconds; parked time and time without a process do not count. */
  readonly until: number;
}

/** Kinds that only read, of which a few are answered at a time. What a program says or keeps is taken at once. */
export const ONLY_READ: ReadonlySet<string> = new Set([
  "search",
  "describe",
  "artifact-read",
  "artifact-list",
  "artifact-search",
  "artifact-lines",
  "artifact-rows",
  "ask",
  "skill-list",
  "skill-load",
  "skill-resource",
] satisfies GuestRequest["kind"][]);

/** Reads a request of the guest. Throws `invalid_arguments` naming the field that is wrong. */
export function parseGuestRequest(kind: string, args: unknown): GuestRequest {
  const fields = typeof args === "object" && args !== null ? args : {};
  const parsed = requests.safeParse({ ...fields, kind });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new CodemodeError(
    "invalid_arguments",
    `${asWritten(kind)}: ${issue?.path.join(".") ?? ""} ${inOwnWords(issue?.message ?? "")}.`,
  );
}

/** What programs call to make a request of this kind. */
function asWritten(kind: string): string {
  return /^(?:artifact|skill)-/.test(kind) ? kind.replace("-", "s.") : `codemode.${kind}`;
}

/** The library's account of a value of the wrong kind. */
function inOwnWords(message: string): string {
  const [, expected = "", received = ""] = /^Invalid input: expected (\w+), received (\w+)$/.exec(message) ?? [];
  if (expected === "") return message;
  return received === "undefined" ? "is missing" : `must be ${withArticle(expected)}, not ${withArticle(received)}`;
}

function withArticle(kind: string): string {
  if (kind === "null") return kind;
  return `${/^[aeiou]/.test(kind) ? "an" : "a"} ${kind}`;
}

const json = z.custom<JsonValue>((value) => value !== undefined, "is missing");
const contentItem = z.custom<ContentItem>(isContentItem, "must be MCP content: an object with a text `type`");
const positive = z.number().int().positive();
const text = z.string().max(1_000);

const range = { offset: z.number().int().min(0).exactOptional(), limit: positive.exactOptional() };

const namedSkill = { name: text.exactOptional(), skill_name: text.exactOptional() };
const jsonObject = z.custom<JsonObject>(isRecord, "must be an object");

const requests: z.ZodType<Exclude<GuestRequest, WaitRequest>> = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("call"),
    name: z.string(),
    arguments: z.unknown().exactOptional(),
    options: z.object({ raw: z.boolean().exactOptional(), timeoutMs: positive.exactOptional() }).exactOptional(),
  }),
  z.object({
    kind: z.literal("search"),
    query: z.string(),
    limit: positive.max(200).exactOptional(),
    server: z.string().exactOptional(),
    includeDeferred: z.boolean().exactOptional(),
  }),
  z.object({
    kind: z.literal("describe"),
    name: z.string(),
    detail: z.enum(["brief", "signature", "full"]).exactOptional(),
  }),
  z.object({
    kind: z.literal("emit"),
    item: z.union([z.string(), contentItem, z.array(contentItem)], {
      error:
        'must be a text, MCP content such as { type: "image", data, mimeType }, or a list of such content; return any other value',
    }),
  }),
  z.object({
    kind: z.literal("artifact-save"),
    value: json,
    name: z.string("must be a text: the value comes first, its name after it").max(1_000).exactOptional(),
    mimeType: text.exactOptional(),
  }),
  z.object({
    kind: z.literal("artifact-read"),
    id: z.string(),
    offset: z.number().int().min(0).exactOptional(),
    limit: positive.exactOptional(),
    pattern: text.exactOptional(),
    path: text.exactOptional(),
  }),
  z.object({ kind: z.literal("artifact-list") }),
  z.object({ kind: z.literal("artifact-search"), query: text, limit: positive.max(100).exactOptional() }),
  z.object({ kind: z.literal("artifact-lines"), id: z.string(), ...range }),
  z.object({ kind: z.literal("artifact-rows"), id: z.string(), path: text.exactOptional(), ...range }),
  z.object({
    kind: z.literal("ask"),
    method: z.enum(["resources/list", "resources/templates/list", "prompts/list", "completion/complete"]),
    server: text.exactOptional(),
    params: jsonObject.exactOptional(),
  }),
  z.object({
    kind: z.literal("skill-list"),
    query: text.nullish(),
    limit: positive.max(1_000).nullish(),
  }),
  z.object({ kind: z.literal("skill-load"), ...namedSkill }),
  z.object({ kind: z.literal("skill-resource"), ...namedSkill, resource_name: text }),
  z.object({
    kind: z.literal("skill-run"),
    ...namedSkill,
    arguments: jsonObject.nullish(),
    function: text.exactOptional(),
    positional: z.array(z.custom<JsonValue>()).exactOptional(),
    script_name: text.nullish(),
    args: z.union([z.array(z.string()), jsonObject]).nullish(),
  }),
]);

function isContentItem(value: unknown): boolean {
  return typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";
}
