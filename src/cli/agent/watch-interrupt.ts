import type { RawTerminal } from "./raw-terminal.ts";

const CTRL_C = 0x03;

/**
 * Hears of Ctrl-C while no prompt reads the terminal. The returned function ends it; what else was typed is read by the
 * next prompt.
 */
export function watchInterrupt({ input }: RawTerminal, onInterrupt: () => void): () => void {
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
  input.on("data", take);
  input.resume();
  return () => {
    input.off("data", take);
    input.pause();
    const rest = Buffer.concat(typed);
    if (rest.length > 0) input.unshift(rest);
  };
}
