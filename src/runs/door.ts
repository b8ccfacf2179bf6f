import { defined } from "../base/defined.ts";
import { CodemodeError, toCodemodeError } from "../base/codemode-error.ts";
import { parseJson, stringifyJson } from "../base/exact-json.ts";
import type { GuestErrorData, HostCall, HostReply, OutputChunk } from "../engines/engine.ts";
import type { GateCallOptions } from "./decisions/gate.ts";
import { type GuestRequest, parseGuestRequest } from "./guest-requests.ts";
import type { Run } from "./run.ts";
import { isSkillCall, JsonText, serve } from "./services.ts";

/** One request of a guest on its way through the door. */
export interface Crossing {
  /** Number of the request in its run, from 1 in the order the programs of the run make them. */
  readonly number: number;
  /** Number of the tool call in its run, counted likewise; absent for every other request. */
  readonly callId?: number;
  readonly request: GuestRequest;
}

/**
 * Record of everything that crosses the door of a run.
 *
 * `call` hears of a request before anything is done about it, in the order the program makes them, and `result` of the
 * reply before the guest has it. A reply that `call` returns is what the guest gets; then nothing is done at all.
 */
export interface RunJournal {
  call(crossing: Crossing): Promise<HostReply | undefined>;
  result(crossing: Crossing, reply: HostReply): Promise<void>;
  /** Hears whether a known call may be made, before it is, with the reason and who said so. */
  decided?(
    callId: number,
    tool: string,
    verdict: { readonly decision: "allow" | "ask" | "deny"; readonly reason: string; readonly by: string },
  ): Promise<void>;
  /** Hears what the program prints. */
  print?(chunk: OutputChunk): void;
}

/** The one way out of a sandbox: every request of a guest is read, recorded, answered and recorded again here. */
export class Door {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /** Answers one request. Never rejects: failure is part of the reply. */
  async answer(call: HostCall): Promise<HostReply> {
    try {
      return await this.#cross(this.#enter(call));
    } catch (thrown) {
      return failedReply(thrown);
    }
  }

  /** Makes one call of the host, recorded like one of a guest. Throws `CodemodeError`. */
  async pass(name: string, args: unknown, options?: GateCallOptions): Promise<unknown> {
    const { gate, journal, record } = this.#run;
    const callId = gate.announce(name);
    record.crossings += 1;
    const crossing: Crossing = { number: record.crossings, callId, request: { kind: "call", name, arguments: args } };
    await journal?.call(crossing);
    try {
      const value = await gate.call(callId, args, options);
      await journal?.result(crossing, { ok: true, valueJson: stringifyJson(value) });
      return value;
    } catch (thrown) {
      await journal?.result(crossing, failedReply(thrown));
      throw thrown;
    }
  }

  /** Reads and counts a request at once, so that numbers follow the program. */
  #enter({ target, argumentsJson }: HostCall): Crossing {
    const args = parseArguments(argumentsJson);
    const request: GuestRequest = target.startsWith("codemode:")
      ? parseGuestRequest(target.slice("codemode:".length), args)
      : { kind: "call", name: target, arguments: args };
    const { record, gate } = this.#run;
    record.crossings += 1;
    const isToolCall = request.kind === "call" && !isSkillCall(this.#run, request.name);
    return {
      number: record.crossings,
      request,
      ...(isToolCall ? { callId: gate.announce(request.name) } : {}),
    };
  }

  async #cross(crossing: Crossing): Promise<HostReply> {
    const { journal, clock } = this.#run;
    const recorded = journal === undefined ? undefined : await journal.call(crossing);
    if (recorded !== undefined) return this.#recall(crossing, recorded);
    const stop = clock.waiting(nameOf(crossing.request));
    const reply = await this.#act(crossing).catch(failedReply);
    stop();
    if (journal !== undefined) await journal.result(crossing, reply);
    return reply;
  }

  async #act({ request, callId }: Crossing): Promise<HostReply> {
    const value =
      request.kind === "call" && callId !== undefined
        ? await this.#run.gate.call(callId, request.arguments, callOptions(request))
        : await serve(this.#run, request);
    return { ok: true, valueJson: this.#toJson(value ?? null, request) };
  }

  /** A recorded call is part of the trace like any other; it took no time. */
  #recall({ callId }: Crossing, reply: HostReply): HostReply {
    const call = callId === undefined ? undefined : this.#run.record.toolCalls[callId - 1];
    if (call !== undefined) this.#run.budget.drop();
    if (call !== undefined) call.status = reply.ok ? "ok" : "error";
    return reply;
  }

  #toJson(value: unknown, request: GuestRequest): string {
    const { toolResultBytes } = this.#run.limits;
    const json = value instanceof JsonText ? value.json : stringifyJson(value);
    if (json.length <= toolResultBytes) return json;
    throw new CodemodeError("result_too_large", `The result of ${nameOf(request)} is ${json.length} bytes of JSON.`, {
      hint: `At most ${toolResultBytes} bytes (toolResultBytes) reach a program; ask the tool for less.`,
    });
  }
}

/** A request as errors name it. */
function nameOf(request: GuestRequest): string {
  if (request.kind === "call") return request.name;
  if (request.kind === "skill-run") return `the skill "${request.name ?? request.skill_name ?? ""}"`;
  return `codemode.${request.kind}`;
}

function callOptions({ options = {} }: Extract<GuestRequest, { kind: "call" }>): GateCallOptions {
  const { raw, timeoutMs } = options;
  return { ...defined({ raw, timeoutMs }) };
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

function failedReply(thrown: unknown): HostReply {
  const { code, message, details } = toCodemodeError(thrown);
  const { tool, hint, content, structuredContent } = details;
  const error: GuestErrorData = {
    code,
    message,
    ...defined({ tool, hint, content, structuredContent }),
  };
  return { ok: false, error };
}
