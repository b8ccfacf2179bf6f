import { FileError } from "./read-file.ts";

/** What went wrong with a file, by the code of the system. */
const FAULTS: Readonly<Record<string, string>> = {
  ENOENT: "it does not exist",
  ENOTDIR: "a part of its path is not a folder",
  EISDIR: "it is a folder",
  EEXIST: "something of that name is there already",
  EACCES: "permission is denied",
  EPERM: "permission is denied",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "it would be too large for the file system",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  ENFILE: "too many files are open",
  EBUSY: "another program uses it",
  ETXTBSY: "another program uses it",
  EIO: "the disk does not work",
};

/** What went wrong with a file, as half a sentence without a full stop; the words of the system where they are not known. */
export function fileFault(thrown: unknown): string {
  if (thrown instanceof FileError) return thrown.reason;
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  return FAULTS[code] ?? (thrown instanceof Error ? thrown.message : "the reason is unknown");
}

/** What an error of the system is about, and what went wrong, as a sentence; undefined for any other error. */
export function systemFault(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown) || !("syscall" in thrown)) return undefined;
  if (FAULTS[String(thrown.code)] === undefined) return undefined;
  const { path, dest } = pathsOf(thrown);
  // What is written whole is written beside its place first.
  const place = (dest ?? path ?? "A file").replace(/\.\d{5,}$/, "");
  // A folder that is made with those above it fails like this where nothing can be written.
  if (thrown.syscall === "mkdir" && thrown.code === "ENOENT")
    return `${place} cannot be made: nothing can be written there.`;
  return `${place} cannot be used: ${fileFault(thrown)}.`;
}

function pathsOf(thrown: object): { readonly path: string | undefined; readonly dest: string | undefined } {
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  return {
    path: "path" in thrown ? text(thrown.path) : undefined,
    dest: "dest" in thrown ? text(thrown.dest) : undefined,
  };
}
