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
  call(crossing: Crossing): Promise<HostReply | undefined> | undefined;
  result(crossing: Crossing, reply: HostReply): Promise<void> | undefined;
  /** Hears whether a known call may be made, before it is, with the reason and who said so. */
  decided?(
    callId: number,
    tool: string,
    verdict: { readonly decision: "allow" | "ask" | "deny"; readonly reason: string; readonly by: string },
  ): Promise<void> | undefined;
  /** Hears what the program prints. */
  print?(chunk: OutputChunk): void;
}

/** The one way out of a sandbox: every request of a guest is read, recorded, answered and recorded again here. */
export class Door {
  readonly #run: Run;

  constructor(run: Run) {
    this.#run = run;
  }

  /**
   * Answers one request. Never rejects: failure is part of the reply. Every call of a program passes here, and an async
   * function takes a kilobyte a call, so nothing is awaited where nothing has to be waited for.
   */
  answer(call: HostCall): Promise<HostReply> {
    try {
      const crossing = this.#enter(call);
      const recorded = this.#run.journal?.call(crossing);
      return recorded === undefined ? this.#act(crossing) : this.#recallOrAct(crossing, recorded);
    } catch (thrown) {
      return Promise.resolve(failedReply(thrown));
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

  async #recallOrAct(crossing: Crossing, recorded: Promise<HostReply | undefined>): Promise<HostReply> {
    try {
      const reply = await recorded;
      return reply === undefined ? await this.#act(crossing) : this.#recall(crossing, reply);
    } catch (thrown) {
      return failedReply(thrown);
    }
  }

  /** Does what is asked for, and has the outcome recorded. Never rejects. */
  #act(crossing: Crossing): Promise<HostReply> {
    const { request, callId } = crossing;
    const stop = this.#run.clock.waiting(nameOf(request));
    const answer =
      request.kind === "call" && callId !== undefined
        ? this.#run.gate.call(callId, request.arguments, callOptions(request))
        : serve(this.#run, request);
    return answer.then(
      (value) => {
        stop();
        return this.#record(crossing, this.#replyOf(value, request));
      },
      (thrown: unknown) => {
        stop();
        return this.#record(crossing, failedReply(thrown));
      },
    );
  }

  #record(crossing: Crossing, reply: HostReply): HostReply | Promise<HostReply> {
    try {
      const written = this.#run.journal?.result(crossing, reply);
      return written === undefined ? reply : written.then(() => reply, failedReply);
    } catch (thrown) {
      return failedReply(thrown);
    }
  }

  /** A recorded call is part of the trace like any other; it took no time. */
  #recall({ callId }: Crossing, reply: HostReply): HostReply {
    const call = callId === undefined ? undefined : this.#run.record.toolCalls[callId - 1];
    if (call !== undefined) this.#run.budget.drop();
    if (call !== undefined) call.status = reply.ok ? "ok" : "error";
    return reply;
  }

  #replyOf(value: unknown, request: GuestRequest): HostReply {
    const { toolResultBytes } = this.#run.limits;
    try {
      const valueJson = value instanceof JsonText ? value.json : stringifyJson(value ?? null);
      if (valueJson.length <= toolResultBytes) return { ok: true, valueJson };
      const message = `The result of ${nameOf(request)} is ${valueJson.length} bytes of JSON.`;
      const hint = `At most ${toolResultBytes} bytes (toolResultBytes) reach a program; ask the tool for less.`;
      throw new CodemodeError("result_too_large", message, { hint });
    } catch (thrown) {
      return failedReply(thrown);
    }
  }
}

/** A request as errors name it. */
function nameOf(request: GuestRequest): string {
  if (request.kind === "call") return request.name;
  if (request.kind === "skill-run") return `the skill "${request.name ?? request.skill_name ?? ""}"`;
  return `codemode.${request.kind}`;
}

function callOptions({ options }: Extract<GuestRequest, { kind: "call" }>): GateCallOptions | undefined {
  if (options === undefined) return undefined;
  const { raw, timeoutMs } = options;
  return defined({ raw, timeoutMs });
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
