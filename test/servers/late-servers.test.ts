import { afterAll, beforeAll, expect, test } from "vitest";
import { type Codemode, createCodemode } from "../../src/host/create-codemode.ts";
import { talkingServer, talkingTool } from "../security/talking-server.ts";

let codemode: Codemode;

beforeAll(async () => {
  // The first program of all may have to make the image of the interpreter.
  await using warm = createCodemode({});
  await warm.executor.execute("1", { language: "python" });
}, 180_000);

/** A server that starts to listen after a second, beside one that listens at once; nothing is known of either. */
function openLate(): Codemode {
  const quick = talkingServer({ tools: [talkingTool("tell")] });
  const { command = "", args = [] } = quick;
  const late = { command: "sh", args: ["-c", 'sleep 1; exec "$0" "$@"', command, ...args] };
  return createCodemode({ mcpServers: { "late-one": late, quick } });
}

afterAll(() => codemode.close());

const PICKED = 'const name = ["late", "one"].join("-");\n';
const PICKED_PYTHON = 'name = "-".join(["late", "one"])\n';

test.each([
  ["typescript", `${PICKED}typeof (await servers[name].tell({}))`, "string"],
  [
    "typescript",
    "const all = Object.values(servers).map((server) => server.tell({}));\n(await Promise.all(all)).length",
    2,
  ],
  [
    "typescript",
    `${PICKED}const server = await servers[name];\n[JSON.stringify(server), "tell" in server]`,
    ["{}", false],
  ],
  ["python", `${PICKED_PYTHON}type(await servers[name].tell()).__name__`, "str"],
  ["python", `${PICKED_PYTHON}type(await servers[name]["tell"]({})).__name__`, "str"],
] as const)(
  "a %s program that picks a server by a computed name waits for it where it calls it: %s",
  async (language, program, value) => {
    codemode = openLate();
    const result = await codemode.executor.execute(program, { language });
    await codemode.close();
    expect(result.error).toBeNull();
    expect(result.value).toEqual(value);
  },
);

test("a tool that the late server does not have is named as such once it is there", async () => {
  codemode = openLate();
  const { error } = await codemode.executor.execute(`${PICKED}await servers[name].tel({})`);
  expect(error).toMatchObject({ code: "unknown_tool", line: 2 });
  expect(error?.message).toContain('Server "late-one" has no tool "tel". Did you mean late-one__tell');
});
