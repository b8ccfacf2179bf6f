import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");
/** The line of layers: each group of folders may import what stands in the groups before it. */
const order: readonly (readonly string[])[] = JSON.parse(readFileSync(join(root, "layers.json"), "utf8"));
const rankOf = (folder: string): number => order.findIndex((group) => group.includes(folder));

/** Every `.ts` file below `src`, tests included, relative to `src`. */
const files = readdirSync(source, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".ts"));

function importsOf(file: string): string[] {
  const text = readFileSync(join(source, file), "utf8");
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*"([^"]+)"/g)].map((match) => match[1] ?? "");
  return specifiers
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => relative(source, resolve(source, dirname(file), specifier)));
}

const folderOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : "");

test("every source folder stands in the line of layers", () => {
  const folders = new Set(files.map(folderOf).filter((folder) => folder !== ""));
  expect([...folders].filter((folder) => rankOf(folder) < 0)).toEqual([]);
});

test("a folder imports only itself and what stands before it", () => {
  const crossings = files
    .filter((file) => folderOf(file) !== "" && !file.endsWith(".test.ts"))
    .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    .filter(({ file, target }) => {
      const from = folderOf(file);
      const to = folderOf(target);
      return to !== from && rankOf(to) >= rankOf(from);
    });
  expect(crossings).toEqual([]);
});

test("nothing imports an entry file", () => {
  const entryImports = files.flatMap((file) =>
    importsOf(file)
      .filter((target) => !target.startsWith("..") && folderOf(target) === "")
      .map((target) => `${file} -> ${target}`),
  );
  expect(entryImports.filter((line) => !line.includes(".test.ts"))).toEqual([]);
});

test("the table of ARCHITECTURE.md names the folders of layers.json in their order", () => {
  const page = readFileSync(join(root, "ARCHITECTURE.md"), "utf8");
  const rows = [...page.matchAll(/^\| ((?:`[a-z]+`(?:, )?)+) +\|/gm)].map(([, names = ""]) => names.trim());
  expect(rows.map((names) => names.replaceAll("`", "").split(", "))).toEqual(order);
});
