import type { JsonValue } from "../base/json.ts";
import type { Catalog, SearchOptions } from "../catalog/catalog.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { parseJson, stringifyJson } from "../base/exact-json.ts";
import type { GuestErrorData, GuestLanguage, HostCall, HostReply } from "../engines/engine.ts";
import type { ContentItem } from "../sources/source.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import { type Artifact, ArtifactStore, summarizeArtifact } from "./artifacts/artifact-store.ts";
import { artifactValueAt, readArtifact } from "./artifacts/read-artifact.ts";
import { describeTool, type DetailLevel, type FoundTools, type ToolDetails } from "../languages/discovery.ts";
import type { CallGate, GateCallOptions } from "./gate.ts";
import { type GuestRequest, parseGuestRequest } from "./guest-requests.ts";
import type { ArtifactSummary } from "./result.ts";
import { serverCatalog } from "./skills/server-catalog.ts";
import type { SkillRequest } from "./skills/skill-requests.ts";
import { skillNameIn } from "./skills/skill-views.ts";

/** A search shows what is known; servers that are slower than this are missing from it. */
const SEARCH_WAIT_MS = 1_500;

/** What the services of one run work with. */
export interface GuestServicesOptions {
  readonly language: GuestLanguage;
  readonly gate: CallGate;
  readonly catalog: Catalog;
  readonly registry: ToolRegistry;
  readonly artifacts: ArtifactStore;
  /** Most requests other than tool calls. */
  readonly serviceCalls: number;
  /** Largest JSON text of one answer, and of all content emitted together. */
  readonly toolResultBytes: number;
  readonly signal: AbortSignal;
  readonly skills: GuestSkills;
}

/** Knows the skills. */
export interface GuestSkills {
  /** Whether there is any directory of skills. */
  readonly isConfigured: boolean;
  /** Runs a skill with the arguments it has as a tool. */
  call(name: string, args: JsonValue | undefined, services: GuestServices): Promise<unknown>;
  /** Describes a skill by the full name of a tool; undefined when there is none. */
  describe(
    fullName: string,
    options: { readonly language: GuestLanguage; readonly detail?: DetailLevel },
  ): Promise<ToolDetails | undefined>;
  answer(request: SkillRequest, services: GuestServices): Promise<unknown>;
  /** Searches tools and skills. */
  find(
    catalog: Catalog,
    query: string,
    options: SearchOptions & { readonly language: GuestLanguage },
  ): Promise<FoundTools>;
}

interface ServiceRecord {
  readonly content: ContentItem[];
  readonly saved: ArtifactSummary[];
  served: number;
  contentBytes: number;
}

/** Answers what guest code asks of its host: tool calls, and the requests of the built-in `codemode` module. */
export class GuestServices {
  readonly #options: GuestServicesOptions;
  readonly #record: ServiceRecord;

  constructor(
    options: GuestServicesOptions,
    record: ServiceRecord = { content: [], saved: [], served: 0, contentBytes: 0 },
  ) {
    this.#options = options;
    this.#record = record;
  }

  /**
   * Services for a program that runs on behalf of this one; both count together.
   *
   * @param server the one the program comes from: other servers' tools, and results kept aside, are not told to it
   */
  nested({
    server,
    ...changes
  }: Pick<GuestServicesOptions, "language" | "gate" | "skills"> & { readonly server?: string }): GuestServices {
    const { catalog } = this.#options;
    const confined =
      server === undefined ? {} : { catalog: serverCatalog(catalog, server), artifacts: new ArtifactStore() };
    return new GuestServices({ ...this.#options, ...changes, ...confined }, this.#record);
  }

  /** The language of the program. */
  get language(): GuestLanguage {
    return this.#options.language;
  }

  /** What the program handed on with `emit`. */
  get content(): readonly ContentItem[] {
    return this.#record.content;
  }

  /** Artifacts the program saved. */
  get savedArtifacts(): readonly ArtifactSummary[] {
    return this.#record.saved;
  }

  /** Answers one call of the guest; failure is part of the answer. */
  async answer({ target, argumentsJson }: HostCall): Promise<HostReply> {
    try {
      const args = parseArguments(argumentsJson);
      const value = target.startsWith("codemode:")
        ? await this.#serve(target.slice("codemode:".length), args)
        : await this.#options.gate.call(target, args);
      return { ok: true, valueJson: this.#toJson(value ?? null, target) };
    } catch (thrown) {
      return { ok: false, error: toGuestError(toCodemodeError(thrown)) };
    }
  }

  async #serve(name: string, args: unknown): Promise<unknown> {
    const request = parseGuestRequest(name, args);
    if (request.kind === "call") return this.#call(request);
    this.#record.served += 1;
    if (this.#record.served > this.#options.serviceCalls) {
      throw new CodemodeError(
        "call_limit",
        `The program asked its host more than ${this.#options.serviceCalls} things.`,
        {
          hint: "Search and describe once, before the loop.",
        },
      );
    }
    switch (request.kind) {
      case "search":
        await this.#options.registry.ready(undefined, { withinMs: SEARCH_WAIT_MS, signal: this.#options.signal });
        return this.#options.skills.find(this.#options.registry.catalog(), request.query, {
          ...request,
          language: this.#options.language,
        });
      case "describe":
        return this.#describe(request);
      case "emit":
        return this.#emit(typeof request.item === "string" ? { type: "text", text: request.item } : request.item);
      case "skill-list":
      case "skill-load":
      case "skill-resource":
      case "skill-run":
        return this.#options.skills.answer(request, this);
      default:
        return this.#serveArtifacts(request);
    }
  }

  async #describe(request: Extract<GuestRequest, { kind: "describe" }>): Promise<ToolDetails> {
    const { catalog, skills, language } = this.#options;
    const options = { ...request, language };
    if (catalog.get(request.name) !== undefined) return describeTool(catalog, request.name, options);
    const skill = await skills.describe(request.name, options);
    if (skill !== undefined) return skill;
    await catalog.prepareSearch();
    return describeTool(catalog, request.name, options);
  }

  /** A skill goes by the full name searches give it too, unless a server has a tool of that name. */
  async #call(request: Extract<GuestRequest, { kind: "call" }>): Promise<unknown> {
    const { catalog, skills, gate } = this.#options;
    const skill = catalog.get(request.name) === undefined ? skillNameIn(request.name) : undefined;
    return skill === undefined || !skills.isConfigured
      ? gate.call(request.name, request.arguments, callOptions(request))
      : skills.call(skill, request.arguments, this);
  }

  #serveArtifacts(request: Extract<GuestRequest, { kind: `artifact-${string}` }>): unknown {
    const { artifacts } = this.#options;
    if (request.kind === "artifact-save") return this.#saveArtifact(request);
    if (request.kind === "artifact-read") return readForProgram(artifacts.get(request.id), request);
    return artifacts.list().map((artifact) => {
      const { id, mimeType, bytes, preview } = summarizeArtifact(artifact);
      return { id, mimeType, bytes, preview, name: artifact.name ?? null };
    });
  }

  #saveArtifact({ value, name, mimeType }: Extract<GuestRequest, { kind: "artifact-save" }>): ArtifactSummary {
    const isText = typeof value === "string";
    const artifact = this.#options.artifacts.save({
      text: isText ? value : stringifyJson(value),
      mimeType: mimeType ?? (isText ? "text/plain" : "application/json"),
      value,
      ...(name === undefined ? {} : { name }),
    });
    this.#record.saved.push(summarizeArtifact(artifact));
    return summarizeArtifact(artifact);
  }

  #emit(item: ContentItem): null {
    this.#record.contentBytes += stringifyJson(item).length;
    if (this.#record.contentBytes > this.#options.toolResultBytes) {
      throw new CodemodeError(
        "result_too_large",
        `More than ${this.#options.toolResultBytes} bytes of content were emitted.`,
        {
          hint: "Emit fewer or smaller items, or save them as artifacts.",
        },
      );
    }
    this.#record.content.push(item);
    return null;
  }

  #toJson(value: unknown, target: string): string {
    const json = stringifyJson(value);
    if (json.length <= this.#options.toolResultBytes) return json;
    throw new CodemodeError("result_too_large", `The result of ${target} is ${json.length} bytes of JSON.`, {
      hint: `At most ${this.#options.toolResultBytes} bytes (toolResultBytes) reach a program; ask the tool for less.`,
    });
  }
}

function callOptions(request: Extract<GuestRequest, { kind: "call" }>): GateCallOptions {
  const { raw, timeoutMs } = request.options ?? {};
  return { ...(raw === undefined ? {} : { raw }), ...(timeoutMs === undefined ? {} : { timeoutMs }) };
}

/** A part of the text when a range or a pattern was asked for, otherwise the value itself. */
function readForProgram(artifact: Artifact, request: Extract<GuestRequest, { kind: "artifact-read" }>): unknown {
  if (request.pattern !== undefined || request.offset !== undefined || request.limit !== undefined) {
    return readArtifact(artifact, request).text;
  }
  if (request.path !== undefined) return artifactValueAt(artifact, request.path);
  if (artifact.mimeType !== "application/json") return artifact.text;
  return parseJson(artifact.text);
}

function parseArguments(argumentsJson: string): unknown {
  try {
    return parseJson(argumentsJson);
  } catch (cause) {
    throw new CodemodeError("invalid_arguments", "The arguments are not JSON.", {
      hint: "Pass plain objects, lists, texts, numbers, booleans and null.",
      cause,
    });
  }
}

function toGuestError(error: CodemodeError): GuestErrorData {
  const { tool, hint, content, structuredContent } = error.details;
  return {
    code: error.code,
    message: error.message,
    ...(tool === undefined ? {} : { tool }),
    ...(hint === undefined ? {} : { hint }),
    ...(content === undefined ? {} : { content }),
    ...(structuredContent === undefined ? {} : { structuredContent }),
  };
}
