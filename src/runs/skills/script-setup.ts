import type { GuestLanguage } from "../../engines/engine.ts";
import type { Skills } from "../../skills/skills.ts";
import type { Skill } from "../../skills/skill.ts";

/** A file put beside a script. */
interface ScriptFile {
  readonly path: string;
  readonly base64: string;
}

/** Arguments and surroundings of a script at its start. */
export interface ScriptSurroundings {
  /** The script itself, then its arguments. */
  readonly argv: readonly string[];
  /** Files of its folder; only Python has a file system. */
  readonly files?: readonly ScriptFile[];
  /** Name of the folder. */
  readonly folder?: string;
}

const MOST_FILE_BYTES = 1024 * 1024;
const MOST_TOTAL_BYTES = 8 * 1024 * 1024;

/** The text of a cell that prepares a sandbox for a script: its arguments, and its folder as the current one. */
export function setupSource(language: GuestLanguage, { argv, files = [], folder }: ScriptSurroundings): string {
  if (language === "typescript") return `globalThis.argv = Object.freeze(${JSON.stringify(argv)});`;
  const data = JSON.stringify(JSON.stringify({ argv, files, folder: folder ?? null }));
  return PYTHON_SETUP.replace("DATA", () => data);
}

const PYTHON_SETUP = `def _prepare(data):
    import base64, json, os, sys
    given = json.loads(data)
    sys.argv = given["argv"]
    if given["folder"] is None:
        return
    home = "/skill/" + given["folder"]
    for file in given["files"]:
        path = os.path.join(home, file["path"])
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as target:
            target.write(base64.b64decode(file["base64"]))
    os.makedirs(home, exist_ok=True)
    os.chdir(home)
    sys.path.insert(0, os.path.dirname(os.path.join(home, sys.argv[0])))
    globals()["__file__"] = os.path.join(home, sys.argv[0])

_prepare(DATA)
del _prepare
`;

/** The files of a folder skill as far as they fit, and those that were left out. */
export async function readScriptFiles(
  directory: Skills,
  skill: Extract<Skill, { kind: "folder" }>,
): Promise<{ readonly files: readonly ScriptFile[]; readonly left: readonly string[] }> {
  const files: ScriptFile[] = [];
  const left: string[] = [];
  let total = 0;
  for (const { path, bytes } of skill.files) {
    if (bytes > MOST_FILE_BYTES || total + bytes > MOST_TOTAL_BYTES) {
      left.push(path);
      continue;
    }
    total += bytes;
    const { text, base64 } = await directory.readResource(skill.name, path);
    files.push({ path, base64: base64 ?? Buffer.from(text ?? "").toString("base64") });
  }
  return { files, left };
}
