import { probePythonIsolation } from "../../engines/pyodide/isolation.ts";

/** Isolation of Python programs on this machine. */
export interface PythonIsolationStatement {
  /** True when bubblewrap isolates the interpreter's own locked process. */
  readonly withBubblewrap: boolean;
  /** The isolation in force, as a sentence. */
  readonly sentence: string;
  /** Advice for stronger isolation; absent when there is none. */
  readonly fix?: string;
}

/** Checks which isolation layers this machine offers for Python. Starts a few short processes, once. */
export async function statePythonIsolation(): Promise<PythonIsolationStatement> {
  const { bubblewrap, permissionModel, nodeVersion } = await probePythonIsolation();
  const locked = `a process locked with ${permissionModel.flag} (Node ${nodeVersion})`;
  if (bubblewrap.usable) {
    return { withBubblewrap: true, sentence: `Python programs run in ${locked}, inside bubblewrap.` };
  }
  const reason = bubblewrap.reason ?? "it is not usable here";
  return {
    withBubblewrap: false,
    sentence: `Python programs run without bubblewrap (${reason}); ${locked} is all that holds them.`,
    fix:
      process.platform === "linux"
        ? "Install bubblewrap (apt-get install bubblewrap) and allow user namespaces; see codemode doctor."
        : "Run codemode on Linux, for instance in a container, where programs are not trusted.",
  };
}

let isTold = false;

/** The statement for the notes of a run: given once in the life of the process, and only where bubblewrap is missing. */
export async function tellIsolationOnce(): Promise<string | undefined> {
  if (isTold) return undefined;
  isTold = true;
  const { withBubblewrap, sentence, fix } = await statePythonIsolation();
  return withBubblewrap ? undefined : `${sentence} ${fix ?? ""}`.trimEnd();
}
