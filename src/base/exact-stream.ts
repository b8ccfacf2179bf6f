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
