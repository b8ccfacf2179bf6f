import * as z from "zod";
import { compareCodePoints } from "../../base/code-point-order.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import { FOLDER_LIMITS } from "./files/list-folder.ts";
import { sha256, textOfBytes } from "./files/plain-files.ts";

/** A file inside a bundle, as text where it is text. */
export type BundleFile =
  | { readonly path: string; readonly text: string }
  | { readonly path: string; readonly base64: string };

const bundleFile: z.ZodType<BundleFile> = z.union([
  z.object({ path: z.string().max(1_000), text: z.string() }),
  z.object({ path: z.string().max(1_000), base64: z.base64() }),
]);

/** @internal Checks a list of files that came from outside. */
export const bundleFilesSchema: z.ZodType<readonly BundleFile[]> = z.array(bundleFile).min(1).max(FOLDER_LIMITS.files);

/** One skill as a JSON value that can be moved to another machine. */
export interface SkillBundle {
  readonly format: "codemode-skill";
  readonly name: string;
  readonly kind: "code" | "folder";
  /** The one file of a code skill, or those of a folder by path. */
  readonly files: readonly BundleFile[];
  /** As in the record of a skill. */
  readonly hash: string;
  readonly description: string;
  readonly tags: readonly string[];
}

const bundleSchema: z.ZodType<SkillBundle> = z.object({
  format: z.literal("codemode-skill"),
  name: z.string(),
  kind: z.enum(["code", "folder"]),
  files: bundleFilesSchema,
  hash: z.string(),
  description: z.string().max(10_000),
  tags: z.array(z.string()).max(100),
});

/** Checks a bundle that came from outside, its hash included. Throws `invalid_arguments`. */
export function parseBundle(value: unknown): SkillBundle {
  const parsed = bundleSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw new CodemodeError("invalid_arguments", `This is not a skill bundle: ${path} ${issue?.message ?? ""}`.trim());
  }
  const { kind, files, hash } = parsed.data;
  if (hashOf(kind, files) !== hash) {
    throw new CodemodeError("invalid_arguments", "The bundle was changed: its hash is not that of its files.", {
      hint: "Export the skill again.",
    });
  }
  return parsed.data;
}

/** The bytes of a file of a bundle. */
export function bytesOf(file: BundleFile): Buffer {
  return "text" in file ? Buffer.from(file.text, "utf8") : Buffer.from(file.base64, "base64");
}

/** A file for a bundle. */
export function toBundleFile(path: string, bytes: Buffer): BundleFile {
  const text = textOfBytes(bytes);
  return text === undefined ? { path, base64: bytes.toString("base64") } : { path, text };
}

/** The hash a skill of these files has. */
export function hashOf(kind: "code" | "folder", files: readonly BundleFile[]): string {
  const [first] = files;
  if (kind === "code") return first === undefined ? sha256("") : sha256(bytesOf(first));
  return hashOfFolder(files.map((file) => ({ path: file.path, hash: sha256(bytesOf(file)) })));
}

/** The hash of a folder from those of its files. */
export function hashOfFolder(files: readonly { readonly path: string; readonly hash: string }[]): string {
  const sorted = files.toSorted((a, b) => compareCodePoints(a.path, b.path));
  return sha256(sorted.map(({ path, hash }) => `${path}\0${hash}\n`).join(""));
}
