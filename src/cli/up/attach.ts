import type { Socket } from "node:net";
import { isatty } from "node:tty";
import { hearMessages, type LineRequest, sendMessage, type ShownStream } from "./resident-messages.ts";
import { ownWords } from "../own-words.ts";
import { enterResident } from "./resident-door.ts";
import { namedConfiguration, residentPlace } from "./resident-place.ts";

/** Commands that a background process can run. The others start something of their own, or write into the folder. */
const ATTACHED: ReadonlySet<string> = new Set([
  "exec",
  "call",
  "tools",
  "search",
  "describe",
  "servers",
  "resources",
  "prompts",
  "runs",
  "sessions",
  "observed",
]);

/** What the process in front does by itself: help, and a run that goes on as a process of its own. */
const NOT_ATTACHED: ReadonlySet<string> = new Set(["--help", "-h", "--background"]);

/**
 * Has the command line of this process run by the background process of its configuration, and sets the exit status.
 * False when there is none that fits; then nothing was done.
 */
export async function runAttached(argv: readonly string[]): Promise<boolean> {
  if (!ATTACHED.has(argv[0] ?? "") || ownWords(argv).some((word) => NOT_ATTACHED.has(word))) return false;
  // A command that was started to go on in the background reports to the one that started it.
  if (process.connected) return false;
  const socket = await readySocket(argv).catch(() => undefined);
  if (socket === undefined) return false;
  const status = await runLine(socket, argv);
  socket.destroy();
  process.stdin.destroy();
  process.exitCode = status;
  return true;
}

/** A connection to a background process that has agreed to run a command. */
async function readySocket(argv: readonly string[]): Promise<Socket | undefined> {
  const place = await residentPlace({ file: namedConfiguration(argv), directory: process.cwd() });
  const entered = await enterResident(place, { isInputTerminal: isatty(0) });
  return typeof entered === "string" ? undefined : entered;
}

async function runLine(socket: Socket, argv: readonly string[]): Promise<number> {
  const interrupt = cancelOnce(socket);
  process.on("SIGINT", interrupt).on("SIGTERM", interrupt);
  // A reader that has seen enough, such as `head`, is not a failure.
  process.stdout.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
  return new Promise((resolve) => {
    socket.once("close", () => {
      reportLoss(ownWords(argv).includes("--json"));
      resolve(1);
    });
    hearMessages(socket, (message) => {
      if (message.kind === "out") process.stdout.write(message.text);
      else if (message.kind === "err") process.stderr.write(message.text);
      else if (message.kind === "wantsInput") passInput(socket);
      else if (message.kind === "end") {
        socket.removeAllListeners("close");
        resolve(message.status);
      }
    });
    sendMessage(socket, lineRequest(argv));
  });
}

function lineRequest(argv: readonly string[]): LineRequest {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env;
  const colors = Object.entries({ NO_COLOR, FORCE_COLOR, TERM }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return {
    kind: "run",
    argv,
    directory: process.cwd(),
    out: shown(process.stdout),
    err: shown(process.stderr),
    isInputTerminal: isatty(0),
    colors: Object.fromEntries(colors),
  };
}

function shown(stream: NodeJS.WriteStream & { readonly fd: number }): ShownStream {
  return isatty(stream.fd) ? { isTerminal: true, columns: stream.columns } : { isTerminal: false };
}

/** The first Ctrl-C cancels, a second one ends this process at once. */
function cancelOnce(socket: Socket): () => void {
  let isCancelled = false;
  return () => {
    if (isCancelled) process.exit(130);
    isCancelled = true;
    sendMessage(socket, { kind: "cancel" });
  };
}

function passInput(socket: Socket): void {
  process.stdin.setEncoding("utf8");
  process.stdin.on("data", (text: string) => sendMessage(socket, { kind: "input", text }));
  process.stdin.once("end", () => sendMessage(socket, { kind: "inputEnd" }));
}

function reportLoss(json: boolean): void {
  const message = "The background process ended while the command ran.";
  const hint =
    "What the program had done is in `codemode runs list`; `codemode runs resume RUN` goes on with it. " +
    "`codemode up` starts a new background process.";
  if (json) process.stdout.write(`${JSON.stringify({ error: { code: "internal", message, hint } }, undefined, 2)}\n`);
  else process.stderr.write(`error ${message}\nhint: ${hint}\n`);
}
