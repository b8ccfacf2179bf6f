import { connect, type Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { isAlive } from "../../base/processes/is-alive.ts";
import {
  hearMessages,
  type Hello,
  type ResidentMessage,
  type ResidentStatus,
  sendMessage,
} from "./resident-messages.ts";
import { isOwnSocket, type ResidentPlace } from "./resident-place.ts";

/**
 * A background process that does not answer within this time is taken for none. One that is gone refuses at once, so this
 * is waited out only where it hangs; one on a busy machine, or one that has just started, gets the time it needs.
 */
const ANSWER_MS = 5_000;
/** What has closed everything takes a moment to end. */
const GONE_MS = 3_000;
const POLL_MS = 10;

/**
 * A connection to the background process at a place, which has agreed to be used; a text that says why it has not, or
 * undefined when none answers there.
 */
export async function enterResident(
  { socket: path, fingerprint, installation }: ResidentPlace,
  caller: Pick<Hello, "isInputTerminal" | "isClient">,
): Promise<Socket | string | undefined> {
  const spoken = await speak(path, { kind: "hello", fingerprint, installation, ...caller });
  if (spoken?.answer?.kind === "ready") return spoken.socket;
  spoken?.socket.destroy();
  return spoken?.answer?.kind === "declined" ? spoken.answer.reason : undefined;
}

/** State of the background process at a place; undefined when none answers there. */
export async function askStatus({ socket }: ResidentPlace): Promise<ResidentStatus | undefined> {
  const answer = await ask(socket, { kind: "status" });
  return answer?.kind === "state" ? answer.state : undefined;
}

/** Has the background process at a place end; resolves when it is gone. */
export async function askToEnd({ socket }: ResidentPlace, { pid }: ResidentStatus): Promise<void> {
  // It closes the connection when all that it kept open is closed.
  await ask(socket, { kind: "down" }, Number.POSITIVE_INFINITY);
  const until = performance.now() + GONE_MS;
  while (isAlive(pid) && performance.now() < until) await delay(POLL_MS);
}

async function ask(path: string, message: ResidentMessage, waitMs?: number): Promise<ResidentMessage | undefined> {
  const spoken = await speak(path, message, waitMs);
  spoken?.socket.destroy();
  return spoken?.answer;
}

/**
 * A new connection with the answer to its first message, which is undefined when the connection fails, ends, or says
 * nothing in time; undefined where no socket of this user is. The caller destroys the connection.
 */
async function speak(
  path: string,
  message: ResidentMessage,
  waitMs: number = ANSWER_MS,
): Promise<{ readonly socket: Socket; readonly answer: ResidentMessage | undefined } | undefined> {
  if (!isOwnSocket(path)) return undefined;
  const socket = connect(path);
  const answer = await new Promise<ResidentMessage | undefined>((resolve) => {
    const end = (heard?: ResidentMessage): void => {
      clearTimeout(timer);
      resolve(heard);
    };
    const timer = Number.isFinite(waitMs) ? setTimeout(end, waitMs) : undefined;
    socket.once("error", () => end()).once("close", () => end());
    socket.once("connect", () => sendMessage(socket, message));
    hearMessages(socket, end);
  });
  socket.removeAllListeners();
  socket.on("error", () => {});
  return { socket, answer };
}
