import { spawn } from "node:child_process";

/** Opens an address in the person's browser; false when there is no program for it. */
export function openBrowser(url: string): Promise<boolean> {
  const [program, args] = opener(url);
  return new Promise((resolve) => {
    const child = spawn(program, args, { stdio: "ignore", detached: true, windowsHide: true });
    child.once("error", () => resolve(false));
    child.once("spawn", () => {
      child.unref();
      resolve(true);
    });
  });
}

function opener(url: string): readonly [program: string, args: readonly string[]] {
  if (process.platform === "darwin") return ["open", [url]];
  // Without a shell, in which an address could be taken for commands.
  if (process.platform === "win32") return ["rundll32", ["url.dll,FileProtocolHandler", url]];
  return ["xdg-open", [url]];
}
