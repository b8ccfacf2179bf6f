import type { JsonValue } from "../bridge/json.ts";
import type { Catalog } from "../catalog/catalog.ts";
import { CodemodeError, toCodemodeError } from "../errors/codemode-error.ts";
import type { GuestErrorData, GuestLanguage, HostCall, HostReply } from "../sandbox/port.ts";
import type { ContentItem } from "../sources/source.ts";
import type { ToolRegistry } from "../sources/tool-registry.ts";
import { type ArtifactStore, summarizeArtifact } from "./artifacts/artifact-store.ts";
import { artifactValueAt, readArtifact } from "./artifacts/read-artifact.ts";
import { describeTool, findTools } from "./discovery.ts";
import type { CallGate, GateCallOptions } from "./gate.ts";
import { type GuestRequest, parseGuestRequest } from "./guest-requests.ts";
import type { ArtifactSummary } from "./result.ts";

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
}

/** Answers what guest code asks of its host: tool calls, and the requests of the built-in `codemode` module. */
export class GuestServices {
  readonly #options: GuestServicesOptions;
  readonly #content: ContentItem[] = [];
  readonly #saved: ArtifactSummary[] = [];
  #served = 0;
  #contentBytes = 0;

  constructor(options: GuestServicesOptions) {
    this.#options = options;
  }

  /** What the program handed on with `emit`. */
  get content(): readonly ContentItem[] {
    return this.#content;
  }

  /** Artifacts the program saved. */
  get savedArtifacts(): readonly ArtifactSummary[] {
    return this.#saved;
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
    if (request.kind === "call") return this.#options.gate.call(request.name, request.arguments, callOptions(request));
    this.#served += 1;
    if (this.#served > this.#options.serviceCalls) {
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
        await this.#options.registry.whenSettled(undefined, this.#options.signal);
        return findTools(this.#options.registry.catalog(), request.query, {
          ...request,
          language: this.#options.language,
        });
      case "describe":
        if (this.#options.catalog.get(request.name) === undefined) await this.#options.catalog.prepareSearch();
        return describeTool(this.#options.catalog, request.name, { ...request, language: this.#options.language });
      case "emit":
        return this.#emit(typeof request.item === "string" ? { type: "text", text: request.item } : request.item);
      default:
        return this.#serveArtifacts(request);
    }
  }

  #serveArtifacts(request: Extract<GuestRequest, { kind: `artifact-${string}` }>): unknown {
    const { artifacts } = this.#options;
    switch (request.kind) {
      case "artifact-save": {
        const isText = typeof request.value === "string";
        const artifact = artifacts.save({
          text: isText ? request.value : JSON.stringify(request.value),
          mimeType: request.mimeType ?? (isText ? "text/plain" : "application/json"),
          value: request.value,
          ...(request.name === undefined ? {} : { name: request.name }),
        });
        this.#saved.push(summarizeArtifact(artifact));
        return summarizeArtifact(artifact);
      }
      case "artifact-read": {
        const artifact = artifacts.get(request.id);
        if (request.pattern !== undefined || request.offset !== undefined || request.limit !== undefined) {
          return readArtifact(artifact, request).text;
        }
        if (request.path !== undefined) return artifactValueAt(artifact, request.path);
        return artifact.mimeType === "application/json" ? JSON.parse(artifact.text) : artifact.text;
      }
      case "artifact-list":
        return artifacts.list().map((artifact) => ({ ...summarizeArtifact(artifact), name: artifact.name ?? null }));
    }
  }

  #emit(item: ContentItem): null {
    this.#contentBytes += JSON.stringify(item).length;
    if (this.#contentBytes > this.#options.toolResultBytes) {
      throw new CodemodeError(
        "result_too_large",
        `More than ${this.#options.toolResultBytes} bytes of content were emitted.`,
        {
          hint: "Emit fewer or smaller items, or save them as artifacts.",
        },
      );
    }
    this.#content.push(item);
    return null;
  }

  #toJson(value: unknown, target: string): string {
    const json = JSON.stringify(value) ?? "null";
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

function parseArguments(argumentsJson: string): JsonValue {
  try {
    return JSON.parse(argumentsJson) as JsonValue;
  } catch (cause) {
    throw new CodemodeError("invalid_arguments", "The arguments are not JSON.", {
      hint: "Pass plain objects, lists, texts, numbers, booleans and null.",
      cause,
    });
  }
}

function toGuestError(error: CodemodeError): GuestErrorData {
  const { tool, hint, content } = error.details;
  return {
    code: error.code,
    message: error.message,
    ...(tool === undefined ? {} : { tool }),
    ...(hint === undefined ? {} : { hint }),
    ...(content === undefined ? {} : { content }),
  };
}
