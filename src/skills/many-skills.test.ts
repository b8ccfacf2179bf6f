import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { Skills } from "./skills.ts";

const COUNT = 2_000;
const root = mkdtempSync(join(tmpdir(), "skills-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const VERBS = ["read", "write", "merge", "split", "count", "send", "fetch", "sort", "check", "list"];
const NOUNS = ["invoices", "tables", "mails", "pages", "images", "orders", "users", "logs", "notes", "files"];

function putSkill(index: number): void {
  const [verb, noun] = [VERBS[index % 10] ?? "", NOUNS[Math.floor(index / 10) % 10] ?? ""];
  const name = `${verb}_${noun}_${index}`;
  const text = `/** Can ${verb} ${noun} of kind ${index}. */
import { read_file } from "generated/servers/filesystem";
export async function ${name}({ path, limit = 10 }: { path: string; limit?: number }): Promise<{ total: number }> {
  await read_file({ path });
  return { total: limit };
}
`;
  writeFileSync(join(root, `${name}.ts`), text);
}

test("two thousand skills start from the index, are all there and are found", { timeout: 120_000 }, async () => {
  for (let index = 0; index < COUNT; index++) putSkill(index);
  const times: Record<string, number> = {};
  const measure = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    const startedAt = performance.now();
    const result = await work();
    times[what] = Math.round((performance.now() - startedAt) * 100) / 100;
    return result;
  };
  const first = new Skills({ directories: [root] });
  expect((await measure("first index", () => first.list())).total).toBe(COUNT);
  await first.close();
  const second = new Skills({ directories: [root] });
  expect((await measure("start", () => second.list())).total).toBe(COUNT);
  expect((await measure("first search", () => second.search("merge tables"))).skills).toHaveLength(10);
  const found = await measure("search", () => second.search("send mails 25"));
  expect(found.skills[0]?.description).toContain("send mails");
  expect((await measure("list again", () => second.list({ query: "orders", limit: 5 }))).skills).toHaveLength(5);
  putSkill(COUNT);
  expect((await second.search(`kind ${COUNT}`)).skills[0]?.name).toBe(`read_invoices_${COUNT}`);
  const bytes = statSync(join(root, ".skills", "index.json")).size;
  expect(bytes).toBeLessThan(5_000_000);
  console.info("2,000 skills:", JSON.stringify({ ...times, indexBytes: bytes }));
});
