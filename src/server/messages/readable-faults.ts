import type { JSONRPCMessage, Server } from "@modelcontextprotocol/server";
import { isRecord } from "../../base/is-record.ts";

const INTERNAL_ERROR = -32_603;
const INVALID_PARAMS = -32_602;
/** What the SDK writes before its list of faults, where it writes anything. */
const LIST = /^(?:Invalid tools\/call request: )?(?=\[)/;
const MOST_FAULTS = 5;

/** One fault as the SDK's validator lists it; `path` begins with `params`. */
interface Fault {
  readonly path?: readonly unknown[] | undefined;
  readonly message: string;
}

/**
 * Has a server answer parameters that are wrong as such (-32602), in a line: the SDK answers some as faults of its own
 * (-32603), and all with what its validator prints. And has it answer where the answer itself cannot be written, since what
 * servers behind it send is nested as they like; the SDK would leave the client waiting.
 */
export function sayFaults(server: Server): void {
  const connect = server.connect.bind(server);
  server.connect = (transport) => {
    const send = transport.send.bind(transport);
    transport.send = (message, options) =>
      send(readableFault(message), options).catch((thrown: unknown) => {
        if (!(thrown instanceof RangeError) || "method" in message || message.id === undefined) throw thrown;
        const error = { code: INTERNAL_ERROR, message: "The answer is nested too deeply to be written." };
        return send({ jsonrpc: "2.0", id: message.id, error }, options);
      });
    return connect(transport);
  };
}

function readableFault(message: JSONRPCMessage): JSONRPCMessage {
  if (!("error" in message) || ![INTERNAL_ERROR, INVALID_PARAMS].includes(message.error.code)) return message;
  const faults = faultsIn(message.error.message);
  if (faults === undefined) return message;
  return { ...message, error: { code: INVALID_PARAMS, message: toLine(faults) } };
}

/** What is wrong with parameters, in a line. */
export function toLine(faults: readonly Fault[]): string {
  const said = faults.slice(0, MOST_FAULTS).map(({ path = [], message }) => {
    const place = path.slice(1).map(String).join(".");
    return `${place === "" ? "params" : place}: ${message.replace(/^Invalid (?:input|option): /, "")}`;
  });
  return `Invalid params: ${said.join("; ")}`;
}

/** The faults that the text of an error lists, if it lists any of parameters. */
function faultsIn(text: string): readonly Fault[] | undefined {
  if (!LIST.test(text)) return undefined;
  try {
    const list: unknown = JSON.parse(text.replace(LIST, ""));
    return Array.isArray(list) && list.length > 0 && list.every(isFault) ? list : undefined;
  } catch {
    return undefined;
  }
}

function isFault(value: unknown): value is Fault {
  if (!isRecord(value) || typeof value["message"] !== "string") return false;
  return Array.isArray(value["path"]) && value["path"][0] === "params";
}
