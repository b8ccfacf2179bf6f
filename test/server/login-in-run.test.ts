import { Client, InMemoryTransport } from "@modelcontextprotocol/client";
import * as z from "zod";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { createMcpServer } from "../../src/server/create-mcp-server.ts";
import { openProtectedServer, type ProtectedServer } from "../../src/sources/mcp/auth/__fixtures__/protected-server.ts";

let server: ProtectedServer;
let codemode: Codemode;
const homeBefore = process.env["CODEMODE_HOME"];

beforeAll(async () => {
  server = await openProtectedServer();
  process.env["CODEMODE_HOME"] = server.home;
});
afterAll(async () => {
  if (homeBefore === undefined) delete process.env["CODEMODE_HOME"];
  else process.env["CODEMODE_HOME"] = homeBefore;
  await server[Symbol.asyncDispose]();
});

interface Asked {
  readonly message: string;
  readonly url: string;
}

/** A client that opens the addresses it is asked to, or refuses. */
async function withClient(
  account: string,
  answer: "accept" | "decline" | "no elicitation",
  use: (
    execute: (code: string, language?: string) => Promise<Record<string, unknown>>,
    asked: Asked[],
  ) => Promise<void>,
): Promise<void> {
  codemode = createCodemode({ mcpServers: { secure: { url: server.url, account } } });
  const served = createMcpServer({ executor: codemode.executor, configuration: codemode.configuration });
  const capabilities = answer === "no elicitation" ? {} : { elicitation: { url: {} } };
  const client = new Client({ name: "a client", version: "1" }, { capabilities });
  const asked: Asked[] = [];
  if (answer !== "no elicitation") {
    client.setRequestHandler("elicitation/create", async ({ params }) => {
      if (!("url" in params)) return { action: "decline" as const };
      asked.push({ message: params.message, url: params.url });
      if (answer === "accept") void server.visit(params.url, "grace").catch(() => {});
      return { action: answer };
    });
  }
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([served.connect(theirs), client.connect(ours)]);
  try {
    await use(async (code, language = "typescript") => {
      const result = await client.callTool(
        { name: "execute_code", arguments: { code, language, timeout: 120 } },
        { timeout: 140_000 },
      );
      return z.record(z.string(), z.unknown()).parse(result.structuredContent);
    }, asked);
  } finally {
    await client.close();
    await codemode.close();
  }
}

beforeEach(() => server.control({ challenge: "status" }));

test.each(["typescript", "python"])(
  "a %s program that needs a login asks the person at the client, and goes on in the same run",
  (language) =>
    withClient(`of ${language}`, "accept", async (execute, asked) => {
      const code = language === "python" ? "[1, await secure.whoami()]" : "[1, await secure.whoami({})]";
      expect(await execute(code, language)).toMatchObject({ status: "completed", value: [1, "grace"] });
      expect(asked).toMatchObject([{ message: expect.stringContaining('"secure" needs a login') }]);
      expect(asked[0]?.url).toContain(server.issuer);
    }),
  150_000,
);

test.each(["status", "result"])(
  "more rights are asked for in the middle of a run, where the server wants them by its %s",
  (challenge) =>
    withClient(`stepping up by ${challenge}`, "accept", async (execute, asked) => {
      await server.control({ challenge });
      const run = await execute(
        "const who = await secure.whoami({}); [who, await secure.erase({}), await secure.erase({})]",
      );
      expect(run).toMatchObject({ status: "completed", value: ["grace", "erased", "erased"] });
      expect(asked).toHaveLength(2);
      expect(new URL(asked[1]?.url ?? "").searchParams.get("scope")).toContain("write");
    }),
  60_000,
);

test.each(["decline", "no elicitation"] as const)("with %s the call raises what has to be run", (answer) =>
  withClient(`nobody (${answer})`, answer, async (execute) => {
    const run = await execute("await secure.whoami({}).catch((error) => [error.code, error.message])");
    expect(run).toMatchObject({
      value: ["login_required", expect.stringContaining("codemode auth login secure --account")],
    });
  }),
);
