import { execFileSync } from "node:child_process";
import { serveState, type StateTool } from "../../servers/serve-state.ts";

const [, , file = "repository.json"] = process.argv;

/** Folder of the repository, and how its history is kept equal from run to run. */
interface Repository {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

const TEXT = { type: "string" };
const object = (properties: Record<string, unknown>, required: readonly string[] = []) =>
  ({ type: "object", properties, required, additionalProperties: false }) as const;

function git({ folder, environment }: Repository, ...args: readonly string[]): string {
  const env = { ...process.env, ...environment };
  return execFileSync("git", args, { cwd: folder, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] }).trim();
}

const TOOLS: readonly StateTool<Repository>[] = [
  {
    name: "git_status",
    description: "Show the branch and the changed files of the working tree.",
    inputSchema: object({}),
    readOnly: true,
    run: (repository) => git(repository, "status", "--short", "--branch"),
  },
  {
    name: "git_log",
    description: "List commits of the current branch, newest first, as hash and subject.",
    inputSchema: object({ max_count: { type: "integer", default: 20 } }),
    readOnly: true,
    run: (repository, { max_count = 20 }) => ({
      commits: git(repository, "log", `--max-count=${Number(max_count)}`, "--format=%h %s")
        .split("\n")
        .map((line) => ({ hash: line.slice(0, line.indexOf(" ")), subject: line.slice(line.indexOf(" ") + 1) })),
    }),
    outputSchema: {
      type: "object",
      properties: { commits: { type: "array", items: object({ hash: TEXT, subject: TEXT }, ["hash", "subject"]) } },
      required: ["commits"],
    },
  },
  {
    name: "git_show",
    description: "Show a commit with its changes as text.",
    inputSchema: object({ revision: TEXT }, ["revision"]),
    readOnly: true,
    run: (repository, { revision }) => git(repository, "show", "--end-of-options", String(revision)),
  },
  {
    name: "git_add",
    description: "Stage files for the next commit.",
    inputSchema: object({ files: { type: "array", items: TEXT } }, ["files"]),
    readOnly: false,
    run: (repository, { files }) => `Staged.${git(repository, "add", "--", ...(files as string[]))}`,
  },
  {
    name: "git_commit",
    description: "Commit what is staged.",
    inputSchema: object({ message: TEXT }, ["message"]),
    readOnly: false,
    run: (repository, { message }) => git(repository, "commit", "--quiet", "-m", String(message)) || "Committed.",
  },
  {
    name: "git_create_branch",
    description: "Create a branch from the current commit and switch to it.",
    inputSchema: object({ name: TEXT }, ["name"]),
    readOnly: false,
    run: (repository, { name }) => git(repository, "checkout", "--quiet", "-b", String(name)) || `On ${String(name)}.`,
  },
];

await serveState("git", file, TOOLS);
