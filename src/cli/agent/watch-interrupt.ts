import type { ReadStream } from "node:tty";

const CTRL_C = 0x03;

/**
 * Hears of Ctrl-C while no prompt reads the terminal. The key arrives here alone and not as a signal, which would also
 * reach the servers this process has started. The returned function ends it; what else was typed is read by the next
 * prompt.
 */
export function watchInterrupt(input: ReadStream, onInterrupt: () => void): () => void {
  let typed: Buffer[] = [];
  const take = (chunk: Buffer): void => {
    const at = chunk.lastIndexOf(CTRL_C);
    if (at === -1) {
      typed.push(chunk);
      return;
    }
    typed = [chunk.subarray(at + 1)];
    onInterrupt();
  };
  input.setRawMode(true);
  input.on("data", take);
  input.resume();
  return () => {
    input.off("data", take);
    input.pause();
    input.setRawMode(false);
    const rest = Buffer.concat(typed);
    if (rest.length > 0) input.unshift(rest);
  };
}
