import type { Socket } from "node:net";
import { isRecord } from "../../base/is-record.ts";
import type { ServerMode, ToolSet } from "../../host/configuration/configuration.ts";

/** One output stream of the terminal that a command line was typed at. */
export interface ShownStream {
  readonly isTerminal: boolean;
  readonly columns?: number;
}

/** Asks whether the background process may be used. */
export interface Hello {
  readonly kind: "hello";
  readonly fingerprint: string;
  readonly installation: string;
  /** True where a person could answer questions. */
  readonly isInputTerminal: boolean;
  /** True for an MCP client, which may have been started with another `PATH`. */
  readonly isClient?: boolean;
}

/** An MCP client, whose messages follow once the background process is `serving`; undefined is what is configured. */
export interface ServeRequest {
  readonly kind: "serve";
  readonly tools?: ToolSet | undefined;
  readonly mode?: ServerMode | undefined;
  readonly allowCallTool?: boolean | undefined;
}

/** A command line, with what a command knows of the process it was typed into. */
export interface LineRequest {
  readonly kind: "run";
  readonly argv: readonly string[];
  readonly directory: string;
  readonly out: ShownStream;
  readonly err: ShownStream;
  readonly isInputTerminal: boolean;
  /** NO_COLOR, FORCE_COLOR and TERM, where they are set. */
  readonly colors: Readonly<Record<string, string>>;
}

/** State of a background process, as `codemode status` shows it. */
export interface ResidentStatus {
  readonly pid: number;
  readonly startedAt: string;
  readonly commands: number;
  readonly running: number;
  /** MCP clients that are connected now. */
  readonly clients: number;
  readonly idleMinutes: number;
  readonly memoryBytes: number;
  readonly servers: readonly { readonly name: string; readonly status: string; readonly tools: number }[];
}

/** What either end says; what makes no sense to the other is not heard. */
export type ResidentMessage =
  | Hello
  | LineRequest
  | ServeRequest
  | { readonly kind: "input"; readonly text: string }
  | { readonly kind: "inputEnd" | "cancel" | "status" | "down" }
  | { readonly kind: "ready" | "serving" }
  | { readonly kind: "declined"; readonly reason: string }
  | { readonly kind: "out" | "err"; readonly text: string }
  | { readonly kind: "wantsInput" }
  | { readonly kind: "end"; readonly status: 0 | 1 | 2 | 3 }
  | { readonly kind: "state"; readonly state: ResidentStatus };

/** Writes one message: a line of JSON. */
export function sendMessage(socket: Socket, message: ResidentMessage): void {
  if (socket.writable) socket.write(`${JSON.stringify(message)}\n`);
}

/** A message of the other end; undefined for what is none. */
function readMessage(line: string): ResidentMessage | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (!isRecord(value) || typeof value["kind"] !== "string" || !isWhole(value)) return undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- both ends are ours, of one installation
  return value as ResidentMessage;
}

/** A command line is begun with all that belongs to it or not at all. */
function isWhole({ kind, argv, directory, out, err, colors, text }: Readonly<Record<string, unknown>>): boolean {
  if (kind === "input") return typeof text === "string";
  if (kind !== "run") return true;
  const isLine = Array.isArray(argv) && argv.every((word) => typeof word === "string");
  return isLine && typeof directory === "string" && isRecord(out) && isRecord(err) && isRecord(colors);
}

/**
 * Hears the messages of the other end, which belongs to the same user: the socket lets nobody else in.
 *
 * @param most bytes of one line; a longer one ends the connection
 */
export function hearMessages(
  socket: Socket,
  hear: (message: ResidentMessage) => void,
  most: number = Number.POSITIVE_INFINITY,
): void {
  let parts: string[] = [];
  let size = 0;
  socket.setEncoding("utf8").on("data", (chunk: string) => {
    const lines = chunk.split("\n");
    const rest = lines.pop() ?? "";
    for (const line of lines) {
      const text = [...parts, line].join("");
      parts = [];
      size = 0;
      const message = readMessage(text);
      // Whatever else of this user writes here ends its own connection, and nobody's work.
      if (message === undefined) {
        socket.destroy();
        return;
      }
      hear(message);
    }
    if (rest !== "") parts.push(rest);
    size += rest.length;
    if (size > most) socket.destroy();
  });
}
