import { isRecord } from "../../../base/is-record.ts";
import { mendText, parsed, type NoteOddity, type RequestId } from "./read-messages.ts";

const EVENT_END = /\r\n\r\n|\n\n|\r\r/g;
const END_CHARACTERS = 4;

/**
 * An event stream whose events hold mended messages, one each. Events are passed on whole, as soon as they have
 * arrived.
 */
export function mendStream(
  body: ReadableStream<Uint8Array>,
  { note, id, onEnd }: { readonly note: NoteOddity; readonly id: RequestId; readonly onEnd: () => void },
): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  const decoder = new TextDecoder();
  let held = "";
  let isEnded = false;
  const end = (): void => {
    if (!isEnded) onEnd();
    isEnded = true;
  };
  const passed = body.pipeThrough(
    new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) {
        EVENT_END.lastIndex = Math.max(0, held.length - END_CHARACTERS);
        held += decoder.decode(chunk, { stream: true });
        let begin = 0;
        let whole = "";
        for (let match = EVENT_END.exec(held); match !== null; match = EVENT_END.exec(held)) {
          whole += mendEvent(held.slice(begin, match.index), id, note);
          begin = match.index + match[0].length;
        }
        held = held.slice(begin);
        if (whole !== "") controller.enqueue(encoder.encode(whole));
      },
      flush(controller) {
        const last = held + decoder.decode();
        // Some servers end the stream instead of the event.
        if (/^data:/m.test(last)) controller.enqueue(encoder.encode(mendEvent(last, id, note)));
        end();
      },
    }),
  );
  return whenCancelled(passed, end);
}

/** The stream, with word of when its reader has gone. */
function whenCancelled(stream: ReadableStream<Uint8Array>, listener: () => void): ReadableStream<Uint8Array> {
  const reader = stream.getReader();
  return new ReadableStream({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (done) controller.close();
        else controller.enqueue(value);
      } catch (error) {
        listener();
        controller.error(error);
      }
    },
    async cancel(reason) {
      listener();
      await reader.cancel(reason);
    },
  });
}

function mendEvent(event: string, id: RequestId, note: NoteOddity): string {
  const lines = event.split(/\r\n|\n|\r/);
  const isData = (line: string): boolean => line.startsWith("data:");
  const data = lines
    .filter(isData)
    .map((line) => line.slice(5).replace(/^ ?\uFEFF?/, ""))
    .join("\n");
  const mended = data === "" ? undefined : mendText(data, id, note);
  const others = lines.filter((line) => line !== "" && !isData(line));
  const renamed = others.map((line) => (OTHER_EVENT.test(line) && isMessage(data) ? "event: message" : line));
  if (mended === undefined && renamed.join() === others.join())
    return `${event.replace(/^data: ?\uFEFF/m, "data: ")}\n\n`;
  const value: unknown = JSON.parse(mended ?? data);
  const messages: readonly unknown[] = Array.isArray(value) ? value : [value];
  return messages.map((message) => `${[...renamed, `data: ${JSON.stringify(message)}`].join("\n")}\n\n`).join("");
}

const OTHER_EVENT = /^event:(?! ?(?:message|endpoint)?$)/;

/** Some servers name their events by what they hold; a message is one under any name. */
function isMessage(data: string): boolean {
  const value = parsed(data);
  return isRecord(value) && value["jsonrpc"] === "2.0";
}
