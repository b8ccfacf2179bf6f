import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { acceptArguments } from "../../src/schema/check/accept-arguments.ts";
import { createValidator } from "../../src/schema/validator.ts";
import { createCodemode } from "../../src/host/create-codemode.ts";

// Input schemas in the shapes that servers of every language and library send, with arguments that each takes, and others
// that it does not with the place of the fault.

interface Shape {
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  readonly valid: readonly Readonly<Record<string, unknown>>[];
  readonly invalid: readonly (readonly [args: Readonly<Record<string, unknown>>, path: string])[];
}

const SHAPES: readonly Shape[] = JSON.parse(readFileSync(new URL("server-shapes.json", import.meta.url), "utf8"));
const program = fileURLToPath(new URL("definitions-server.mjs", import.meta.url));
const validator = createValidator();

test.each(SHAPES)("$name takes what is valid and names the place of what is not", ({ schema, valid, invalid }) => {
  for (const args of valid) expect(acceptArguments(validator, schema, args)).toMatchObject({ ok: true });
  for (const [args, path] of invalid) {
    const verdict = acceptArguments(validator, schema, args);
    expect(verdict).toMatchObject({ ok: false });
    expect(verdict.ok ? [] : verdict.issues.map((issue) => issue.path)).toContain(path);
  }
});

const python = (value: unknown): string => {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map(python).join(", ")}]`;
  if (typeof value !== "object" || value === null) return value === null ? "None" : JSON.stringify(value);
  const entries = Object.entries(value).map(([key, part]) => `${JSON.stringify(key)}: ${python(part)}`);
  return `{${entries.join(", ")}}`;
};

test.each(["typescript", "python"] as const)(
  "every valid call is made from a program in %s",
  async (language) => {
    const tools = SHAPES.map(({ name, schema }) => ({ name, inputSchema: schema }));
    const server = { command: process.execPath, args: [program, JSON.stringify({ tools })] };
    const codemode = createCodemode({ mcpServers: { s: server }, limits: { toolCalls: 500 } });
    onTestFinished(() => codemode.close());
    await codemode.registry.discoverAll();
    const calls = SHAPES.flatMap(({ name, valid }) =>
      valid.map((args) =>
        language === "typescript" ? `await s.${name}(${JSON.stringify(args)});` : `await s.${name}(**${python(args)})`,
      ),
    );
    const { error, text } = await codemode.executor.execute([...calls, '"all made"'].join("\n"), { language });
    expect([error, text]).toEqual([null, expect.stringContaining("all made")]);
  },
  120_000,
);
