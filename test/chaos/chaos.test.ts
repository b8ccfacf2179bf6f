import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import * as z from "zod";

const script = fileURLToPath(new URL("../../scripts/chaos.mjs", import.meta.url));
const figures = z.object({ programs: z.number(), right: z.number(), killed: z.number(), faults: z.array(z.string()) });

test("while servers are killed and stopped no result is wrong, every failure is named and nothing is left over", () => {
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, "--programs", "12", "--seed", "5"], {
    encoding: "utf8",
    timeout: 170_000,
  });
  const found = figures.parse(JSON.parse(stdout || JSON.stringify(stderr)));
  expect(found).toMatchObject({ programs: 24, faults: [] });
  expect(found.right).toBeGreaterThan(0);
  expect(status).toBe(0);
}, 180_000);
