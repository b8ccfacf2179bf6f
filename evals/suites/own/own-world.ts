import { execFileSync } from "node:child_process";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import type { ServerCommand } from "../../harness/plain-client.ts";
import { typescriptServer } from "../../servers/typescript-server.ts";
import { createBusiness } from "./business-state.ts";
import type { MemoryEntity, MemoryRelation, OwnState } from "./template.ts";

const ENVIRONMENT = {
  GIT_AUTHOR_NAME: "Ana",
  GIT_AUTHOR_EMAIL: "ana@shop.example",
  GIT_AUTHOR_DATE: "2026-03-01T09:00:00Z",
  GIT_COMMITTER_NAME: "Ana",
  GIT_COMMITTER_EMAIL: "ana@shop.example",
  GIT_COMMITTER_DATE: "2026-03-01T09:00:00Z",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
};

const UNSEEN: OwnState["repository"] = { branch: "", commits: [], status: "" };
const PARTS = ["files", "business.json", "repository.json", "memory.jsonl"];

/** The state of our own suite in a folder: files with a repository among them, a memory, a business. */
export class OwnWorld {
  readonly folder: string = mkdtempSync(join(realpathSync(tmpdir()), "codemode-evals-"));
  readonly servers: Readonly<Record<string, ServerCommand>>;

  constructor() {
    const start = join(this.folder, "start");
    writeStart(start, this.#path("files"));
    this.reset();
    this.servers = {
      filesystem: {
        command: process.execPath,
        args: [installed("server-filesystem"), this.#path("files")],
      },
      memory: {
        command: process.execPath,
        args: [installed("server-memory")],
        env: { MEMORY_FILE_PATH: this.#path("memory.jsonl") },
      },
      git: typescriptServer(new URL("./git-server.ts", import.meta.url), this.#path("repository.json")),
      business: typescriptServer(new URL("./business-server.ts", import.meta.url), this.#path("business.json")),
    };
  }

  /** Puts the start state in place. The folder of the files stays the same one, since its server holds on to it. */
  reset(): void {
    mkdirSync(this.#path("files"), { recursive: true });
    for (const name of readdirSync(this.#path("files"))) rmSync(join(this.#path("files"), name), { recursive: true });
    for (const part of PARTS) cpSync(join(this.folder, "start", part), this.#path(part), { recursive: true });
  }

  /** Everything the servers hold now; the history of the repository is looked at where its server takes part. */
  read(servers: readonly string[] = ["git"]): OwnState {
    const lines = readFileSync(this.#path("memory.jsonl"), "utf8").split("\n");
    const memory = lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Record<string, unknown>);
    const ofType = (type: string): unknown[] =>
      memory.filter((item) => item["type"] === type).map(({ type: _type, ...rest }) => rest);
    return {
      business: JSON.parse(readFileSync(this.#path("business.json"), "utf8")) as OwnState["business"],
      files: readFiles(this.#path("files")),
      memory: { entities: ofType("entity") as MemoryEntity[], relations: ofType("relation") as MemoryRelation[] },
      repository: servers.includes("git") ? this.#readRepository() : UNSEEN,
    };
  }

  #readRepository(): OwnState["repository"] {
    const repository = join(this.#path("files"), "repo");
    return {
      branch: git(repository, "branch", "--show-current"),
      commits: git(repository, "log", "--format=%s").split("\n"),
      status: git(repository, "status", "--porcelain"),
    };
  }

  /** Removes the folder. */
  close(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #path(part: string): string {
    return join(this.folder, part);
  }
}

function installed(name: string): string {
  const require = createRequire(import.meta.url);
  return join(dirname(require.resolve(`@modelcontextprotocol/${name}/package.json`)), "dist", "index.js");
}

function git(cwd: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd, env: { ...process.env, ...ENVIRONMENT }, encoding: "utf8" }).trim();
}

function readFiles(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  const own = paths.filter((path) => !path.startsWith(join("repo", ".git"))).toSorted();
  return Object.fromEntries(own.map((path) => [path, readFileSync(join(folder, path), "utf8")]));
}

function writeStart(start: string, files: string): void {
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(start, path)), { recursive: true });
    writeFileSync(join(start, path), text);
  };
  const number = (at: number): string => String(at + 1).padStart(2, "0");
  const owners = ["ana", "bram", "chloe"];
  for (let at = 0; at < 14; at += 1) {
    const text = `# Note ${at + 1}\n\nowner: ${owners[at % 3]}\nnext: call supplier ${at + 1}\n\n${"A line of the note that matters little here. ".repeat(12)}\n`;
    write(`files/notes/note-${number(at)}.md`, text);
  }
  for (let at = 0; at < 9; at += 1) {
    const [host, level] = [at % 3 === 0 ? "other" : "old", at % 2 === 0 ? "info" : "debug"];
    write(
      `files/config/service-${number(at)}.ini`,
      `[service]\nhost = ${host}.example\nlevel = ${level}\nport = ${8_000 + at}\n`,
    );
  }
  for (let at = 0; at < 15; at += 1) {
    write(`files/drop/file-${number(at)}${[".txt", ".log", ".bin"][at % 3]}`, `content ${at}\n`);
  }
  write("business.json", JSON.stringify(createBusiness()));
  write("memory.jsonl", startMemory());
  const repository = join(start, "files", "repo");
  mkdirSync(repository, { recursive: true });
  git(repository, "init", "--quiet", "--template=", "--initial-branch=main");
  for (let at = 0; at < 6; at += 1) {
    write(`files/repo/part-${at}.txt`, `part ${at}\n`);
    git(repository, "add", ".");
    git(repository, "commit", "--quiet", "-m", `Add part ${at}`);
  }
  write("repository.json", JSON.stringify({ folder: join(files, "repo"), environment: ENVIRONMENT }));
}

function startMemory(): string {
  const people = ["Ana", "Bram", "Chloe"];
  const projects = Array.from({ length: 12 }, (_, at) => `Project ${at + 1}`);
  const entities = [
    ...people.map((name) => ({ type: "entity", name, entityType: "person", observations: ["works here"] })),
    ...projects.map((name) => ({ type: "entity", name, entityType: "project", observations: ["has begun"] })),
  ];
  const relations = projects.map((to, at) => ({
    type: "relation",
    from: people[at % 3],
    to,
    relationType: at % 4 === 3 ? "helps" : "leads",
  }));
  return [...entities, ...relations].map((item) => JSON.stringify(item)).join("\n");
}
