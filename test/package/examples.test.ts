import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startStandIn } from "../../src/cli/agent/__fixtures__/stand-in-model.ts";
import { blocksOf, root } from "../docs-pages.ts";
import { createFreshProject, type FreshProject } from "./fresh-project.ts";

const run = promisify(execFile);
const PACKAGES = ["tsx", "@modelcontextprotocol/client", "@modelcontextprotocol/server-filesystem", "@types/node"];

/** The stories that need nothing but the packages above; those for an SDK are run where its versions are. */
const STORIES = [
  "library",
  "own-functions",
  "generated-bindings",
  "mcp-client-launcher",
  "codemode-behind-codemode",
  "growing-skills",
  "patterns",
];

let project: FreshProject;
beforeAll(async () => {
  project = await createFreshProject(PACKAGES);
}, 240_000);
afterAll(() => project[Symbol.dispose]());

test("every example has a story in the list of examples", () => {
  const list = readFileSync(join(root, "examples/README.md"), "utf8");
  const folders = readdirSync(join(root, "examples"), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map(({ name }) => name).filter((name) => !list.includes(`| [${name}](${name}`))).toEqual([]);
});

test("the program that opens the README runs unchanged", async () => {
  const program = blocksOf("README.md").find(({ words }) => words[0] === "ts");
  writeFileSync(join(project.folder, "first.mts"), program?.text ?? "");
  expect(await project.sh("npx tsx first.mts")).toMatch(/^true \{ files: \d+, calls: \d+ \} null\n$/);
}, 60_000);

test("getting started, followed to the letter, prints what the page says", async () => {
  const folder = join(project.folder, "start");
  mkdirSync(folder);
  const page = blocksOf("docs/getting-started.md");
  for (const { file, text } of page) if (file !== undefined) writeFileSync(join(folder, file), text);
  const steps = page.filter(({ words }) => words[0] === "sh");
  const printed: (string | undefined)[] = [];
  for (const { text, output } of steps) {
    // The packages are in the folder above.
    const lines = text.split("\n").filter((line) => !line.startsWith("npm "));
    const stdout = await project.sh(lines.join("\n"), folder);
    printed.push(output === undefined ? undefined : stdout);
  }
  expect(printed).toEqual(steps.map(({ output }) => output));
}, 180_000);

test("the agent says which packages it needs, and the command it names makes it work", async () => {
  const model = await startStandIn(() => ({ text: "Good morning." }));
  try {
    const env = `CODEMODE_BASE_URL=${model.baseUrl} CODEMODE_MODEL=stand-in`;
    const refused = await project.sh(`${env} codemode agent -p hello --json; echo "status $?"`);
    expect(refused).toContain("The agent needs ai-six and @ai-sdk/openai-compatible");
    expect(refused).toContain("status 2");
    const { error }: { readonly error: { readonly hint: string } } = JSON.parse(refused.replace(/status 2\n$/, ""));
    await project.sh(error.hint.replace(/^Run: /, ""));
    expect(await project.sh(`${env} codemode agent -p hello`)).toContain("Good morning.");
  } finally {
    await model[Symbol.asyncDispose]();
  }
}, 180_000);

test.each(STORIES)(
  "the example %s does what its page says, with the installed package alone",
  async (story) => {
    const folder = project.copy(join("examples", story));
    const commands = blocksOf(join("examples", story, "README.md")).find(({ words }) => words[0] === "sh");
    const lines = commands?.text.trim().split("\n") ?? [];
    const install = lines.find((line) => line.startsWith("npm install ")) ?? "";
    expect(install.split(" ").slice(2)).toEqual(expect.arrayContaining(["codemode"]));
    expect(
      install
        .split(" ")
        .slice(3)
        .filter((name) => !PACKAGES.includes(name)),
    ).toEqual([]);
    const programs = lines.filter((line) => line !== install);
    const outputs: string[] = [];
    // What npx would look up is on the path already.
    for (const line of programs) outputs.push(await project.sh(line.replace(/^npx (?!-)/, ""), folder));
    expect(outputs.filter((output) => output === "")).toEqual([]);
    expect(outputs.join("\n")).toMatch(/^ok$/m);
  },
  180_000,
);

test("every program of the examples passes the type check of a strict project", async () => {
  const compiler = join(root, "node_modules/typescript/bin/tsc");
  project.copy("examples/tsconfig.json");
  const { stdout } = await run(process.execPath, [compiler, "-p", join(project.folder, "examples")]).catch(
    (error: { readonly stdout: string }) => error,
  );
  expect(stdout).toBe("");
}, 60_000);
