import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = promisify(execFile);

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** A folder beside nothing of ours, with the packed package installed by npm as a user would. */
export interface FreshProject extends Disposable {
  readonly folder: string;
  /** Copies a folder of this repository into the project, and gives where it is. */
  copy(path: string): string;
  /** Runs a line of shell, installed commands on its path, and gives what it prints. Rejects with the output when it fails. */
  sh(line: string, cwd?: string): Promise<string>;
}

/** Makes a project with the package and some others, in the versions this repository is tested with. */
export async function createFreshProject(packages: readonly string[]): Promise<FreshProject> {
  const folder = mkdtempSync(join(tmpdir(), "codemode-fresh-"));
  const project: FreshProject = {
    folder,
    copy: (path) => {
      cpSync(join(root, path), join(folder, path), { recursive: true });
      return join(folder, path);
    },
    sh: async (line, cwd = folder) => {
      const PATH = [join(folder, "node_modules/.bin"), process.env["PATH"]].join(delimiter);
      const env = { ...process.env, PATH };
      const { stdout } = await run("sh", ["-c", line], { cwd, env, timeout: 120_000, maxBuffer: 1 << 24 });
      return stdout;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  const packed = await run("npm", ["pack", "--ignore-scripts", "--json", "--pack-destination", folder], { cwd: root });
  const [{ filename }]: [{ readonly filename: string }] = JSON.parse(packed.stdout);
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true }));
  const wanted = [`./${filename}`, ...packages.map((name) => `${name}@${testedVersion(name)}`)].join(" ");
  await project.sh(`npm install --prefer-offline --ignore-scripts --no-audit --no-fund --loglevel=error ${wanted}`);
  return project;
}

function testedVersion(name: string): string {
  const manifest: Manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const version = manifest.dependencies[name] ?? manifest.devDependencies[name];
  if (version === undefined) throw new Error(`${name} is not a package this repository is tested with.`);
  return version;
}
