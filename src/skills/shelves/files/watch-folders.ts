import { type FSWatcher, watch } from "node:fs";

const SETTLE_MS = 100;

/**
 * Calls back a moment after something changed in one of the folders. Only a hint: folders that do not exist are not
 * watched, and not every change is seen on every system. Does not keep the process running.
 */
export function watchFolders(paths: readonly string[], onChange: () => Promise<void>): () => void {
  let timer: NodeJS.Timeout | undefined;
  const hint = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      onChange().catch(() => undefined);
    }, SETTLE_MS).unref();
  };
  const watchers = paths.flatMap((path): FSWatcher[] => {
    try {
      return [watch(path, { persistent: false }, hint).on("error", () => undefined)];
    } catch {
      return [];
    }
  });
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
