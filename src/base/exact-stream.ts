import { Transform } from "node:stream";
import { StringDecoder } from "node:string_decoder";

/** A stream that passes text through a function, line by line or as a whole. */
export function mapText(map: (text: string) => string, perLine: boolean): TransformStream<Uint8Array, Uint8Array> {
  const decoder = new TextDecoder();
  const encoder = new TextEncoder();
  let rest = "";
  return new TransformStream({
    transform(chunk, controller) {
      const text = decoder.decode(chunk, { stream: true });
      const end = perLine ? text.lastIndexOf("\n") + 1 : 0;
      if (end > 0) controller.enqueue(encoder.encode(map(rest + text.slice(0, end))));
      rest = end > 0 ? text.slice(end) : rest + text;
    },
    flush(controller) {
      const text = rest + decoder.decode();
      if (text !== "") controller.enqueue(encoder.encode(map(text)));
    },
  });
}

/** The same for streams of Node, whole lines at a time. */
export function mapLines(map: (text: string) => string): Transform {
  const decoder = new StringDecoder("utf8");
  const rest: string[] = [];
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const text = decoder.write(chunk);
      const end = text.lastIndexOf("\n") + 1;
      if (end > 0) this.push(map(rest.splice(0).join("") + text.slice(0, end)));
      if (end < text.length) rest.push(text.slice(end));
      done();
    },
    flush(done) {
      const text = rest.join("") + decoder.end();
      if (text !== "") this.push(map(text));
      done();
    },
  });
}
