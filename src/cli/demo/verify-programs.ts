import { readFile } from "node:fs/promises";
import type { CodeModeExecutor } from "../../host/executor.ts";
import type { DemoFolder } from "./demo-folder.ts";
import { WORD_COUNT } from "./demo-programs.ts";

/** Check of a program's effect, seen from outside. */
export interface Verification {
  readonly ok: boolean;
  /** Subject of the check and its finding. */
  readonly detail: string;
}

/** Reads the file the first program was to write. */
export async function verifyWords({ textFile }: DemoFolder): Promise<Verification> {
  try {
    const words = (await readFile(textFile, "utf8")).split(/\s+/).filter((word) => word !== "");
    const differing = new Set(words).size;
    const ok = words.length === WORD_COUNT && differing > 100;
    return { ok, detail: `the file on disk has ${words.length} words, ${differing} of them different` };
  } catch (thrown) {
    return {
      ok: false,
      detail: `the file cannot be read: ${thrown instanceof Error ? thrown.message : "unknown reason"}`,
    };
  }
}

/** Reads the graph back from the memory server and compares it with what is true of the files. */
export async function verifyShops({ shops }: DemoFolder, executor: CodeModeExecutor): Promise<Verification> {
  const expected = expectedObservations(shops);
  try {
    const graph = JSON.stringify(await executor.callTool("memory__read_graph"));
    const missing = expected.filter((observation) => !graph.includes(JSON.stringify(observation)));
    return missing.length === 0
      ? { ok: true, detail: `the memory server's graph says: ${expected.join("; ")}` }
      : { ok: false, detail: `the memory server's graph lacks: ${missing.join("; ")}` };
  } catch (thrown) {
    return {
      ok: false,
      detail: `the graph cannot be read: ${thrown instanceof Error ? thrown.message : "unknown reason"}`,
    };
  }
}

function expectedObservations(shops: DemoFolder["shops"]): readonly string[] {
  const orders = shops.reduce((sum, shop) => sum + shop.orders, 0);
  const cents = shops.reduce((sum, shop) => sum + shop.cents, 0);
  const best = shops.reduce((a, b) => (b.cents > a.cents ? b : a));
  return [
    `${shops.length} shops, ${orders} orders, ${cents} cents`,
    `best shop: ${best.shop} with ${best.cents} cents`,
  ];
}
