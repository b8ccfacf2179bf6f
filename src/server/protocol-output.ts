import { Writable } from "node:stream";

/** The process's standard output, kept for the protocol. */
interface ProtocolOutput {
  readonly stream: Writable;
  /** Gives standard output back to everyone. */
  release(): void;
}

/**
 * Takes standard output for the protocol alone: what anything else in this process prints there, a worker's stray log
 * line for instance, goes to standard error instead.
 *
 * @param onError hears that the reader has gone
 */
export function claimStdout(onError: (error: Error) => void): ProtocolOutput {
  const { stdout, stderr } = process;
  const write = stdout.write.bind(stdout);
  stdout.write = stderr.write.bind(stderr);
  stdout.on("error", onError);
  const stream = new Writable({
    decodeStrings: false,
    write: (chunk: string | Uint8Array, _encoding, done) => {
      write(chunk, (error) => done(error ?? null));
    },
  });
  return {
    stream,
    release: () => {
      stdout.write = write;
      stdout.removeListener("error", onError);
    },
  };
}
