import type { ToolRegistry } from "../sources/tool-registry.ts";
import { isPending } from "./await-servers.ts";
import { cutText } from "./plain-text.ts";
import type { Terminal } from "./terminal.ts";

const FIRST_SHOWN_MS = 250;
const CLEAR_LINE = "\r\u001B[2K";

/**
 * Shows on one line of stderr which servers are ready and which are still awaited; the returned function removes
 * it, once. Nothing is shown where stderr is not a terminal, nor when all are there within a moment.
 */
export function showServerProgress(registry: ToolRegistry, { err }: Terminal, names?: readonly string[]): () => void {
  if (!err.isTerminal) return () => {};
  const { colors, columns = 80 } = err;
  const draw = (): void => {
    const servers = registry.listServers().filter(({ name }) => names === undefined || names.includes(name));
    const awaited = servers.filter(isPending).map(({ name }) => name);
    const ready = servers.filter(({ status }) => status === "ready").map(({ name }) => name);
    const line = `connecting ${awaited.join(", ")}${ready.length === 0 ? "" : ` · ready ${ready.join(", ")}`}`;
    err.write(awaited.length === 0 ? CLEAR_LINE : `${CLEAR_LINE}${colors.dim(cutText(line, columns - 1))}`);
  };
  let unsubscribe = (): void => {};
  const timer = setTimeout(() => {
    unsubscribe = registry.onChange(draw);
    draw();
  }, FIRST_SHOWN_MS);
  let isShown = true;
  return () => {
    if (!isShown) return;
    isShown = false;
    clearTimeout(timer);
    unsubscribe();
    err.write(CLEAR_LINE);
  };
}
