import assert from "node:assert/strict";
import { readFile, rm } from "node:fs/promises";
import { openCodemode } from "codemode";

const EXPECTED = {
  sequential: "FILE 1\n",
  parallel: 28,
  conditional: [
    ["made", "read file 1"],
    ["cached", "read file 1"],
  ],
  loop: { "part1.txt": 2, "part2.txt": 2, "part3.txt": 2, "part4.txt": 2 },
  "error-handling": [
    { file: "part1.txt", characters: 7 },
    { file: "missing.txt", failed: "tool_error" },
    { file: "part2.txt", characters: 7 },
  ],
  "state-1": null,
  "state-2": ["file 1", "file 2"],
  helpers: [3, "file 1", [7, 7, 7, 7], true],
};

await using codemode = openCodemode();
for (const [language, ending] of [
  ["typescript", "ts"],
  ["python", "py"],
] as const) {
  await rm("work", { recursive: true, force: true });
  for (const [name, expected] of Object.entries(EXPECTED)) {
    const code = await readFile(`programs/${name}.${ending}`, "utf8");
    const session = name.startsWith("state-") ? { sessionId: "state" } : {};
    const { value, error } = await codemode.executor.execute(code, { language, ...session });
    console.log(`${name}.${ending}:`, JSON.stringify(value));
    assert.equal(error, null);
    assert.deepEqual(value, expected);
  }
}
await rm("work", { recursive: true, force: true });
console.log("ok");
