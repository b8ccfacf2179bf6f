import { defined } from "../base/defined.ts";
import { CodemodeError } from "../base/codemode-error.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { splitToolName } from "../catalog/unknown-name.ts";
import { inTurn } from "../base/in-turn.ts";
import { isLarge, stringifySoon } from "../base/steps/json-in-steps.ts";
import { stringifyJson } from "../base/exact-json.ts";
import { describeTool, type FoundTools, findTools, type ToolDetails } from "../languages/discovery.ts";
import type { ContentItem } from "../sources/source.ts";
import type { ReadingBounds } from "./artifacts/artifact-reader.ts";
import { summarizeArtifact } from "./artifacts/artifact-store.ts";
import type { HostReply } from "../engines/engine.ts";
import type { GuestRequest, SkillRequest } from "./guest-requests.ts";
import { JsonText } from "./values/json-text.ts";
import type { ArtifactSummary } from "./result.ts";
import type { Run } from "./run.ts";
import { findWithSkills } from "./skills/find-with-skills.ts";
import { answerAsk } from "./servers/server-content.ts";
import { answerSkillRequest, callSkill } from "./skills/serve-skills.ts";
import { describeSkillAsTool, skillNameIn } from "./skills/skill-views.ts";

/** Other requests of a guest (search, describe, …) allowed for each tool call allowed. */
const SERVICE_CALLS_PER_TOOL_CALL = 10;
/** Requests that are refused, for each that is allowed, before the run is ended: a program that goes on reads no answers. */
const REFUSALS = 1;

/** A search shows what is known; servers that are slower than this are missing from it. */
const SEARCH_WAIT_MS = 1_500;

type RequestOf<Kind extends GuestRequest["kind"]> = Extract<GuestRequest, { kind: Kind }>;

/**
 * True when a call by full name means a skill: searches name skills like tools, but a tool of that name comes first.
 */
export function isSkillCall(run: Run, name: string): boolean {
  return skillNameIn(name) !== undefined && run.root.catalog.get(name) === undefined && run.host.skills.isConfigured;
}

/** Does for a program everything it asks for but tool calls. Throws `CodemodeError`. `key` names the request in its run. */
export async function serve(run: Run, request: GuestRequest, key: string): Promise<unknown> {
  if (request.kind === "call") return callSkill(run, skillNameIn(request.name) ?? "", { args: request.arguments, key });
  if (request.kind === "wait") return run.journal?.wait?.(request.until, run.clock.signal);
  switch (request.kind) {
    case "search":
      return search(run, request);
    case "describe":
      return describe(run, request);
    case "emit":
      return emit(run, toContent(request.item));
    default:
      return isArtifactRequest(request) ? answerArtifactRequest(run, request) : answerOther(run, request, key);
  }
}

type ArtifactRequest = Extract<GuestRequest, { readonly kind: `artifact-${string}` }>;

function isArtifactRequest(request: GuestRequest): request is ArtifactRequest {
  return request.kind.startsWith("artifact-");
}

async function answerArtifactRequest(run: Run, request: ArtifactRequest): Promise<unknown> {
  switch (request.kind) {
    case "artifact-save":
      return saveArtifact(run, request);
    case "artifact-read":
      return readArtifact(run, request);
    case "artifact-search":
      return run.artifacts.search(request.query, request.limit);
    case "artifact-lines":
      return run.artifacts.lines(request.id, request.offset ?? 0, request.limit ?? DEFAULT_ROWS);
    case "artifact-rows":
      return artifactRows(run, request);
    default:
      return run.artifacts.list().map((artifact) => {
        const { id, mimeType, bytes, preview } = summarizeArtifact(artifact);
        return { id, mimeType, bytes, preview, name: artifact.name ?? null };
      });
  }
}

function answerOther(run: Run, request: RequestOf<"ask"> | SkillRequest, key: string): Promise<unknown> {
  return request.kind === "ask" ? answerAsk(run, request) : answerSkillRequest(run, request, key);
}

/** Does again what a recorded request has done to the record of its run. */
export function recall(run: Run, request: GuestRequest, reply: HostReply): void {
  if (request.kind === "call" || request.kind === "wait" || !reply.ok) return;
  if (request.kind === "emit") emit(run, toContent(request.item));
  if (request.kind === "artifact-save") {
    const summary: ArtifactSummary = JSON.parse(String(reply.valueJson));
    // Another process, or another client, has none of what was kept in memory.
    if (!run.artifacts.has(summary.id)) keepAgain(run, request, summary);
    run.record.saved.push(summary);
  }
}

/**
 * Counts a request that is no tool call, as it is made: what waits for its turn is bounded too. Throws `call_limit` for more
 * than are allowed, and ends a run that goes on all the same.
 */
export function countService({ record, root, clock }: Run): void {
  const most = root.limits.toolCalls * SERVICE_CALLS_PER_TOOL_CALL;
  record.served += 1;
  if (record.served <= most) return;
  const error = new CodemodeError("call_limit", `The program made more than ${most} requests other than tool calls.`, {
    hint: "Search and describe once, before the loop.",
  });
  if (record.served > most * (1 + REFUSALS)) clock.end(error);
  throw error;
}

/** A script of a server finds the tools of that server, and no skills. */
async function search(run: Run, request: RequestOf<"search">): Promise<FoundTools> {
  const { registry, skills, observed, embedded } = run.host;
  await run.awaitServers(undefined, SEARCH_WAIT_MS);
  const options = { ...request, language: run.language, embedded };
  const catalog = observed.apply(registry.catalog());
  if (run.server !== undefined) return findTools(catalog, request.query, { ...options, server: run.server });
  return findWithSkills({ catalog, skills }, request.query, options);
}

/** The catalog once the server of a tool, which may still be connecting, has had its chance. */
async function latestCatalog(run: Run, name: string): Promise<Catalog> {
  const owner = splitToolName(run.catalog, name)?.server.name;
  await run.awaitServers(owner === undefined ? undefined : [owner], SEARCH_WAIT_MS);
  return run.host.observed.apply(run.currentCatalog());
}

async function describe(run: Run, request: RequestOf<"describe">): Promise<ToolDetails> {
  const { host, language, server } = run;
  const catalog = host.observed.apply(run.catalog);
  const options = { ...request, language };
  if (catalog.get(request.name) !== undefined) return inTurn(() => describeTool(catalog, request.name, options));
  const skill = server === undefined ? await describeSkillAsTool(host.skills, request.name, options) : undefined;
  if (skill !== undefined) return skill;
  const latest = server === undefined ? await latestCatalog(run, request.name) : catalog;
  await latest.prepareSearch();
  return inTurn(() => describeTool(latest, request.name, options));
}

function toContent(item: RequestOf<"emit">["item"]): readonly ContentItem[] {
  return [item].flat().map((each) => (typeof each === "string" ? { type: "text", text: each } : each));
}

function emit({ record, limits, host }: Run, given: readonly ContentItem[]): null {
  const items = host.registry.secrets.data(given);
  record.contentBytes += items.reduce((sum, item) => sum + stringifyJson(item).length, 0);
  if (record.contentBytes > limits.toolResultBytes) {
    throw new CodemodeError("result_too_large", `More than ${limits.toolResultBytes} bytes of content were emitted.`, {
      hint: "Emit fewer or smaller items, or save them as artifacts.",
    });
  }
  record.content.push(...items);
  return null;
}

function keepAgain(
  { artifacts }: Run,
  { value, name }: RequestOf<"artifact-save">,
  { id, mimeType }: ArtifactSummary,
): void {
  const text = typeof value === "string" ? value : stringifyJson(value);
  artifacts.save({ text, mimeType, value, id, ...defined({ name }) });
}

/** A text that is the name of a file, and hardly one to keep. */
const FILE_NAME = /^[\w-]{1,100}(?:\.[\w-]{1,20})?\.[A-Za-z]{2,5}$/;

/** Whether a name stands in the place of the value: it looks like one of a file, or what stands for the name has several lines. */
function areSwapped(value: string, name: string): boolean {
  return /[\r\n]/.test(name) || (FILE_NAME.test(value) && !FILE_NAME.test(name));
}

async function saveArtifact(run: Run, { value, name, mimeType }: RequestOf<"artifact-save">): Promise<ArtifactSummary> {
  const isText = typeof value === "string";
  if (isText && name !== undefined && areSwapped(value, name)) {
    const said = "the value comes first, its name after it";
    throw new CodemodeError("invalid_arguments", `artifacts.save: ${said}; nothing was kept.`, {
      hint: `Write the text before ${JSON.stringify(value.slice(0, 100))}.`,
    });
  }
  const text = isText ? value : isLarge(value) ? await stringifySoon(value, run.clock.signal) : stringifyJson(value);
  const artifact = run.artifacts.save({
    text,
    mimeType: mimeType ?? (isText ? "text/plain" : "application/json"),
    value,
    ...defined({ name }),
  });
  const summary = summarizeArtifact(artifact);
  run.record.saved.push(summary);
  return summary;
}

/** A part of the text when a range or a pattern was asked for, otherwise the value itself. */
async function readArtifact(run: Run, request: RequestOf<"artifact-read">): Promise<string | JsonText> {
  const { id, path, pattern, offset, limit } = request;
  const { signal } = run.clock;
  const isPart = pattern !== undefined || offset !== undefined || limit !== undefined;
  const unit = run.language === "python" ? "codePoints" : "utf16";
  if (isPart) return (await run.artifacts.read(id, { ...request, unit }, signal)).text;
  return new JsonText(await run.artifacts.readJson(id, path, readingOf(run)));
}

/** Lines or rows returned by one request, when no limit is given. */
const DEFAULT_ROWS = 1_000;

/** Items of a JSON list, values of JSON lines, or rows of CSV text as objects. */
async function artifactRows(run: Run, request: RequestOf<"artifact-rows">): Promise<JsonText> {
  const { id, path = "$", offset = 0, limit = DEFAULT_ROWS } = request;
  return new JsonText(await run.artifacts.rows(id, { path, offset, limit }, readingOf(run)));
}

/** Until the end of the run, and no more than reaches a program. */
function readingOf({ clock, limits }: Run): ReadingBounds {
  return { signal: clock.signal, mostCharacters: limits.toolResultBytes };
}
