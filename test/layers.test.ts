import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));
const source = join(root, "src");
const layers: Record<string, string[]> = JSON.parse(readFileSync(join(root, "layers.json"), "utf8"));

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

test("every source folder is named in the layer table", () => {
  const folders = new Set(files.map(folderOf).filter((folder) => folder !== ""));
  expect([...folders].filter((folder) => !(folder in layers))).toEqual([]);
});

test("a folder imports only itself and the layers below it", () => {
  const crossings = files
    .filter((file) => folderOf(file) !== "" && !file.endsWith(".test.ts"))
    .flatMap((file) => importsOf(file).map((target) => ({ file, target })))
    .filter(({ file, target }) => {
      const from = folderOf(file);
      const to = folderOf(target);
      return to !== from && !layers[from]?.includes(to);
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

test("the table has no cycle", () => {
  const visit = (layer: string, path: string[]): string[] | undefined => {
    if (path.includes(layer)) return [...path, layer];
    for (const below of layers[layer] ?? []) {
      const cycle = visit(below, [...path, layer]);
      if (cycle !== undefined) return cycle;
    }
    return undefined;
  };
  expect(
    Object.keys(layers)
      .map((layer) => visit(layer, []))
      .filter(Boolean),
  ).toEqual([]);
});
