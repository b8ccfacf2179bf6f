/** Passes text through a function, line by line or as a whole: chunks of bytes in, pieces of text out. */
export function mapChunks(
  map: (text: string) => string,
  perLine: boolean,
): { readonly push: (chunk: Uint8Array) => string; readonly end: () => string } {
  const decoder = new TextDecoder();
  let rest = "";
  return {
    push: (chunk) => {
      const text = decoder.decode(chunk, { stream: true });
      const end = perLine ? text.lastIndexOf("\n") + 1 : 0;
      const whole = end > 0 ? rest + text.slice(0, end) : "";
      rest = end > 0 ? text.slice(end) : rest + text;
      return whole === "" ? "" : map(whole);
    },
    end: () => {
      const text = rest + decoder.decode();
      rest = "";
      return text === "" ? "" : map(text);
    },
  };
}
