import { expect, test } from "vitest";
import { ArtifactStore } from "./artifacts/artifact-store.ts";
import { toReadingText } from "./reading-text.ts";

const outcome = { value: null, stdout: "", stderr: "", error: null, notes: [] } as const;

test("a short outcome is told whole", () => {
  const input = { ...outcome, value: { a: 1 }, stdout: "hello\n", notes: ["One thing was left out."] };
  expect(toReadingText(input).text).toBe('value: {"a":1}\n\nstdout: hello\n\nnotes:\n- One thing was left out.');
});

test("an error takes the place of the value and keeps the output", () => {
  const error = {
    code: "tool_error",
    message: "disk full",
    tool: "fs__write",
    line: 3,
    column: 7,
    hint: "Free some.",
  } as const;
  expect(toReadingText({ ...outcome, stdout: "so far", error }).text).toBe(
    "stdout: so far\n\nerror tool_error (fs__write) at line 3:7: disk full\nhint: Free some.",
  );
});

test("only the largest part goes to an artifact when that is enough", () => {
  const store = new ArtifactStore();
  const { text, artifacts } = toReadingText({ ...outcome, value: "v".repeat(30_000), stdout: "short" }, store);
  expect(artifacts).toMatchObject([{ bytes: 30_000, mimeType: "text/plain" }]);
  expect(text).toContain("stdout: short");
  expect(text.length).toBeLessThan(1_000);
  expect(store.get(artifacts[0]?.id ?? "").text).toBe("v".repeat(30_000));
});

test("value and logs share one budget", () => {
  const input = { ...outcome, value: "v".repeat(13_000), stdout: "s".repeat(13_001) };
  expect(toReadingText(input, new ArtifactStore()).artifacts).toHaveLength(1);
});
