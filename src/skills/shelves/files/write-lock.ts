import { join } from "node:path";
import { CodemodeError } from "../../../base/codemode-error.ts";
import { takeLockFile } from "../../../base/lock-file.ts";
import { quoteName } from "../../skill-name.ts";
import { metadataFolder } from "./durable-write.ts";

/**
 * Runs `work` while no other writer writes the skill, in this process or any other. A second writer is not kept
 * waiting: it gets `busy`, which names the conflict. Remains of a killed writer are removed.
 */
export async function withWriteLock<Result>(
  root: string,
  identifier: string,
  work: () => Promise<Result>,
): Promise<Result> {
  const path = join(await metadataFolder(root, "locks"), identifier);
  const release = await takeLockFile(path, await metadataFolder(root, "staging"));
  if (release === undefined) throw conflict(identifier, "is being written by another writer");
  try {
    return await work();
  } finally {
    await release();
  }
}

/** The error of a writer that came second. */
export function conflict(name: string, what: string): CodemodeError {
  return new CodemodeError("busy", `There is a conflict: the skill ${quoteName(name)} ${what}.`, {
    hint: "Look at the current skill, then try again.",
  });
}
