/** The first line of stdin that is not empty; never settles when it ends without one, or once `signal` has aborted. */
export function readLine(signal: AbortSignal): Promise<string> {
  const { stdin } = process;
  return new Promise((resolve) => {
    let held = "";
    const read = (chunk: Buffer | string): void => {
      held += chunk.toString();
      const line = /^\s*(\S.*)\r?\n/.exec(held)?.[1];
      if (line !== undefined) resolve(line);
    };
    stdin.on("data", read);
    stdin.once("end", () => held.trim() !== "" && resolve(held.trim()));
    signal.addEventListener(
      "abort",
      () => {
        stdin.off("data", read);
        stdin.destroy();
      },
      { once: true },
    );
  });
}
