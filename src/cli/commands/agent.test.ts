import { createServer } from "node:http";
import { expect, test } from "vitest";
import * as z from "zod";
import { FILES, openStage, type Stage, SUM } from "../agent/__fixtures__/open-stage.ts";
import { lastText, resultsSince } from "../agent/__fixtures__/stand-in-model.ts";
import { WORDS } from "../agent/__fixtures__/stories.ts";
import { documentOf, runCli, testFolder } from "../__fixtures__/run-cli.ts";

const count = z.number();
const answerPage = z.object({
  status: z.string(),
  text: z.string(),
  turns: count,
  usage: z.object({ inputTokens: count, outputTokens: count, totalTokens: count, isComplete: z.boolean() }),
  costDollars: count.nullable(),
  toolCalls: count,
  programs: count,
});
const comparePage = z.object({ model: z.string(), request: z.string(), code: answerPage, direct: answerPage });

test("one request gives its answer on stdout, and the program, its calls and the tokens on stderr", async () => {
  await using stage = await openStage();
  const run = await runCli(["agent", "-p", "add up the thirty files"], stage);
  const { turns, inputTokens, outputTokens } = stage.model.takeTotals();
  expect(run.stdout).toBe(`I write a program.\nThe sum is ${SUM}.\n`);
  expect(run.stderr).toContain("program (typescript)\n│ const folder =");
  expect(run.stderr).toContain(`✓ filesystem__read_text_file × ${FILES}`);
  expect(run.stderr).toContain(`code · ${turns} turns · ${FILES + 1} tool calls`);
  expect(run.stderr).toContain(`${grouped(inputTokens)} in + ${grouped(outputTokens)} out`);
  expect(run.stderr).toContain("tokens · $0.0");
  expect(run.stderr).not.toContain("\u001B");
  expect(run.status).toBe(0);
});

test("for machines the same is one document, whose counts are those of the provider", async () => {
  await using stage = await openStage();
  const run = await runCli(["agent", "-p", "-", "--json", "--mode", "direct", "--price", "2/10"], {
    ...stage,
    input: "add up the thirty files\n",
  });
  const { turns, inputTokens, outputTokens } = stage.model.takeTotals();
  const page = documentOf(run, answerPage);
  expect(page).toMatchObject({ status: "answered", turns, toolCalls: FILES + 1, programs: 0 });
  expect(page.usage).toMatchObject({
    inputTokens,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    isComplete: true,
  });
  expect(page.costDollars).toBeCloseTo((inputTokens * 2 + outputTokens * 10) / 1_000_000);
  expect(run).toMatchObject({ stderr: "", status: 0 });
});

test("both modes write the words, and each word is read and written by the model in one of them only", async () => {
  await using stage = await openStage();
  const { code, direct } = await compare(stage, `write ${WORDS} random words into a file`);
  expect(await stage.readWords()).toHaveLength(WORDS);
  expect(code.usage.outputTokens).toBeLessThan(WORDS);
  expect(direct.usage.outputTokens).toBeGreaterThan(2 * WORDS);
});

test("both modes add up the files, and only one of them reads all their text", async () => {
  await using stage = await openStage();
  const { code, direct } = await compare(stage, "add up the thirty files");
  for (const { text } of [code, direct]) expect(text).toContain(`The sum is ${SUM}.`);
  expect(code.usage.totalTokens * 2).toBeLessThan(direct.usage.totalTokens);
});

/** The document of a comparison, its counts held against those of the model. */
async function compare(stage: Stage, request: string): Promise<z.infer<typeof comparePage>> {
  const page = documentOf(await runCli(["agent", "-p", request, "--compare", "--json"], stage), comparePage);
  const { code, direct } = page;
  expect([code.status, direct.status, code.toolCalls]).toEqual(["answered", "answered", direct.toolCalls]);
  expect(stage.model.takeTotals()).toEqual({
    turns: code.turns + direct.turns,
    inputTokens: code.usage.inputTokens + direct.usage.inputTokens,
    outputTokens: code.usage.outputTokens + direct.usage.outputTokens,
  });
  return page;
}

test("keys of providers reach neither servers nor what they tell the model", async () => {
  await using stage = await openStage({
    environment: (request) =>
      resultsSince(request) > 0 ? { text: lastText(request) } : { calls: [{ name: "everything__get_env", args: {} }] },
  });
  const env = { ...stage.env, CODEMODE_API_KEY: "secret-one", ANTHROPIC_API_KEY: "secret-two" };
  const run = await runCli(["agent", "-p", "environment", "--mode", "direct", "--json"], { cwd: stage.cwd, env });
  expect(documentOf(run, answerPage).text).toContain("PATH");
  expect(run.stdout).not.toContain("secret");
  expect(JSON.stringify(stage.model.requests)).not.toContain("secret");
});

test("without a key the variables are named, and nothing is started", async () => {
  await using folder = await testFolder({ mcpServers: {} });
  const none = { ANTHROPIC_API_KEY: "", OPENAI_API_KEY: "", GOOGLE_GENERATIVE_AI_API_KEY: "", CODEMODE_BASE_URL: "" };
  const run = await runCli(["agent", "-p", "hello"], { cwd: folder.path, env: none });
  for (const name of [...Object.keys(none), "CODEMODE_MODEL", "CODEMODE_API_KEY"]) expect(run.stderr).toContain(name);
  expect(run).toMatchObject({ stdout: "", status: 2 });
  const asJson = await runCli(["agent", "-p", "hello", "--json"], { cwd: folder.path, env: none });
  expect(documentOf(asJson)).toMatchObject({ error: { code: "config_error" } });
});

test("where there is no terminal to talk at, one request is asked for", async () => {
  await using stage = await openStage();
  const runs = await Promise.all(
    [["agent"], ["agent", "--json"], ["agent", "--compare"], ["agent", "-p", " "]].map((args) => runCli(args, stage)),
  );
  for (const run of runs) {
    expect(run.stderr + run.stdout).toContain("-p");
    expect(run.status).toBe(2);
  }
});

test("a model that fails is an answer with its reason, and status 1", async () => {
  await using stage = await openStage({ fail: () => ({ status: 404 }) });
  const run = await runCli(["agent", "-p", "fail"], stage);
  expect(run.stderr).toContain("The provider answered 404: The stand-in was told to fail.");
  expect(run.stderr).toContain('hint: Is "stand-in" a model of compatible?');
  expect(run.status).toBe(1);
  const asJson = await runCli(["agent", "-p", "fail", "--json"], stage);
  expect(documentOf(asJson)).toMatchObject({ status: "failed", error: { message: expect.stringContaining("404") } });
  expect(asJson.status).toBe(1);
});

test("a signal stops the answer, closes the servers and ends with status 1", async () => {
  await using stage = await openStage({ hang: () => ({ text: "I begin and ".repeat(4), hangs: true }) });
  const run = await runCli(["agent", "-p", "hang"], {
    ...stage,
    onStarted: (child) => child.stdout?.once("data", () => child.kill("SIGINT")),
  });
  expect(run.stdout).toContain("I begin and");
  expect(run.stderr).toContain("stopped\ncode · 1 turn · 0 tool calls · tokens not reported");
  expect(run.status).toBe(1);
});

test.each([
  { provider: "anthropic", key: "ANTHROPIC_API_KEY", path: "/v1/messages", header: "x-api-key", value: "secret" },
  {
    provider: "openai",
    key: "OPENAI_API_KEY",
    path: "/v1/chat/completions",
    header: "authorization",
    value: "Bearer secret",
  },
  {
    provider: "google",
    key: "GOOGLE_GENERATIVE_AI_API_KEY",
    path: "/v1/models/m:streamGenerateContent",
    header: "x-goog-api-key",
    value: "secret",
  },
  {
    provider: "compatible",
    key: "CODEMODE_API_KEY",
    path: "/v1/chat/completions",
    header: "authorization",
    value: "Bearer secret",
  },
])("$provider is asked at its address with its own key", async ({ provider, key, path, header, value }) => {
  await using folder = await testFolder({ mcpServers: {} });
  const asked: { path: string; key: unknown }[] = [];
  const server = createServer((request, response) => {
    asked.push({ path: (request.url ?? "").replace(/\?.*/, ""), key: request.headers[header] });
    response.writeHead(401, { "content-type": "application/json" });
    response.end(
      JSON.stringify({
        error: { message: "no such key", type: "authentication_error", code: 401, status: "UNAUTHENTICATED" },
        type: "error",
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const run = await runCli(["agent", "-p", "hello", "--model", `${provider}/m`], {
    cwd: folder.path,
    env: { [key]: "secret", [key.replace("API_KEY", "BASE_URL")]: `http://127.0.0.1:${port}/v1/` },
  });
  server.close();
  expect(asked).toEqual([{ path, key: value }]);
  expect(run.stderr).toContain("The provider answered 401: no such key");
  expect(run.stderr).toContain(`hint: Check ${key}.`);
  expect(run.status).toBe(1);
});

function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
