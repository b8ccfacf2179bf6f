import type { ProgramCase } from "./program-case.ts";

const ends = (program: string, value: unknown, more: Partial<ProgramCase> = {}): ProgramCase => ({
  id: program.slice(0, 60),
  program,
  value,
  ...more,
});

/** TypeScript programs that end with a statement whose branches have a value. */
export const ENDING_CASES: readonly ProgramCase[] = [
  ends('const { orders } = await shop.list_orders({});\nif (orders.length > 2) { "many"; } else { "few"; }', "many"),
  ends('if (1 > 2) "a";\nelse if (2 > 1) "b"\nelse "c";', "b"),
  ends("try {\n  (await shop.list_orders({})).orders.length\n} catch (e) {\n  -1\n}", 3),
  ends('try { await shop.fail({ message: "no luck" }); } catch (e) { e.message }', "no luck"),
  ends('try {\n  shop.fail({ message: "late" })\n} catch (e) {\n  ({ caught: e.message })\n}', { caught: "late" }),
  ends('try { "kept" } finally { await shop.note({ text: "closed" }); }', "kept", { writes: ["closed"] }),
  ends('switch (3 as number) { case 3: "three"; break; default: "other"; }', "three"),
  ends('switch (3 as number) { case 3: { const t = "three"; t; break; } default: { "other" } }', "three"),
  ends('switch (1 as number) { case 1: await shop.note({ text: "falls" });\n default: "through" }', "through", {
    writes: ["falls"],
  }),
  ends('const n = 3;\nif (n > 5) return "large";\nif (n > 2) { "middle" }', "middle"),
  ends("let x = 0;\nif (true) { x = 5 } else { x = 6 }", null, { says: ["returned no value"] }),
  ends('const n = 3;\nif (n > 2) {\n  { status: "ok", n }\n}', null, { says: ["a block, not an object", "({ … })"] }),
  ends('{ const a = 1; console.log("in"); a + 1 }', 2, { stdout: "in\n" }),
  ends("if (true) { (n: number) => n }", null, { says: ["returned no value"] }),
  ends(
    "const { orders } = await shop.list_orders({});\nif (orders.length > 1)\n  orders.foo.bar\nelse orders[0]",
    undefined,
    { value: null, fails: ["runtime_error", 3], says: ["`orders.foo` is undefined"] },
  ),
  ends('"2025-03-01".match(/(?<y>\\d+)-(?<m>\\d+)/)', ["2025-03", "2025", "03"], { says: ["Named groups"] }),
];
