import { probePythonIsolation } from "../../engines/pyodide/isolation.ts";

/** What protects this machine from Python programs. */
export interface PythonIsolationStatement {
  /** True when bubblewrap stands around the interpreter's own locked process. */
  readonly withBubblewrap: boolean;
  /** What is in force, as a sentence. */
  readonly sentence: string;
  /** What to do for more; absent when there is nothing to do. */
  readonly fix?: string;
}

/** Looks what protects Python programs here. Starts a few short processes, once. */
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
