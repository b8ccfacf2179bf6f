// Figures of the source as a whole, and the gate that lets them only improve.
//   node scripts/figures.mjs [FOLDER]           prints the figures of a checkout (this one by default)
//   node scripts/figures.mjs --check            fails where a figure is worse than scripts/figures.json allows
// Declarations are read off the formatted text: they start at the beginning of a line.
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const own = dirname(dirname(fileURLToPath(import.meta.url)));
const [argument] = process.argv.slice(2);
const root = argument === undefined || argument.startsWith("--") ? own : argument;

/** Lines in a row that two places must share to count as a repetition. */
const REPEATED_LINES = 6;

const list = (folder, pattern) =>
  readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((name) => pattern.test(name) && !name.includes("node_modules"))
    .toSorted();
const read = (name) => readFileSync(join(root, name), "utf8");
const linesOf = (names) => names.reduce((sum, name) => sum + read(name).split("\n").length - 1, 0);
const isTest = (name) => /\.test(-d)?\.ts$/.test(name) || name.includes("__fixtures__");

const typescript = list("src", /\.ts$/);
const source = typescript.filter((name) => !isTest(name));
const guest = list("src", /\.(py|js|mjs)$/).filter((name) => !isTest(name));
const tests = [
  ...typescript.filter(isTest),
  ...list("test", /\.(ts|mjs)$/).filter((name) => !name.includes("corpora/")),
];

/** The text of a source file without the texts of generated modules in it, which declare types of their own. */
const ownText = (name) => read(name).replaceAll(/^(?:export )?const \w+ = `(?:\\[^]|[^`\\])*`/gm, "");

/** Every line that declares a type, as name and file. */
const types = source.flatMap((name) =>
  [...ownText(name).matchAll(/^(?:export )?(?:declare )?(?:interface|type) ([A-Za-z]\w*)[<\s=]/gm)].map(([, type]) => ({
    type,
    name,
  })),
);
const classes = source.flatMap((name) =>
  [...read(name).matchAll(/^(?:export )?(?:abstract )?class ([A-Za-z]\w*)/gm)].map(([, type]) => ({ type, name })),
);

function declaredTwice() {
  const seen = new Map();
  for (const { type, name } of [...types, ...classes]) seen.set(type, (seen.get(type) ?? new Set()).add(name));
  return [...seen].filter(([, names]) => names.size > 1).map(([type]) => type);
}

/** Exported names, by how many other source files mention them in an import. */
function exportsByUse() {
  const inner = source.filter((name) => name.split("/").length > 2);
  const exported = inner.flatMap((name) =>
    [
      ...read(name).matchAll(
        /^export (?:declare )?(?:abstract )?(?:async )?(?:interface|type|class|const|function\*?) (\w+)/gm,
      ),
    ].map(([, word]) => word),
  );
  const imports = source.map(
    (name) =>
      new Set(
        [...read(name).matchAll(/^(?:import|export)\s+(?:type )?\{([^}]*)\}\s+from/gm)].flatMap(([, words]) =>
          words.split(",").map(
            (word) =>
              word
                .trim()
                .replace(/^type /, "")
                .split(" ")[0],
          ),
        ),
      ),
  );
  const uses = exported.map((word) => imports.filter((words) => words.has(word)).length);
  return { all: exported.length, atMostOnce: uses.filter((count) => count <= 1).length };
}

function fullestFolder() {
  const counts = new Map();
  for (const name of source.filter((each) => each.split("/").length > 2)) {
    counts.set(dirname(name), (counts.get(dirname(name)) ?? 0) + 1);
  }
  return [...counts].toSorted(([, a], [, b]) => b - a)[0] ?? ["", 0];
}

function entryNames() {
  const text = read("src/index.ts");
  return [...text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)].flatMap(([, words]) =>
    words.split(",").filter((word) => word.trim() !== ""),
  ).length;
}

/** Pairs of places in the source that share six lines in a row or more, imports, comments and punctuation left out. */
function repeatedPairs() {
  const places = new Map();
  for (const name of source) {
    const lines = ownText(name)
      .replaceAll(/^(?:import|export)\b[^;]*?\bfrom "[^"]*";/gm, "")
      .split("\n")
      .map((text, index) => ({ text: text.trim(), index }))
      .filter(({ text }) => /\w/.test(text) && !/^(\/\/|\/?\*)/.test(text));
    for (let start = 0; start + REPEATED_LINES <= lines.length; start++) {
      const key = lines
        .slice(start, start + REPEATED_LINES)
        .map(({ text }) => text)
        .join("\n");
      places.set(key, [...(places.get(key) ?? []), { name, start }]);
    }
  }
  const pairs = new Set();
  for (const found of places.values()) {
    for (const [index, left] of found.entries()) {
      for (const right of found.slice(index + 1)) pairs.add(`${left.name}|${right.name}|${left.start - right.start}`);
    }
  }
  return pairs.size;
}

/** Types taken from a method or a field of a class instead of being imported by their names. */
function borrowedTypes() {
  const borrowed = /\bReturnType<[A-Z]\w*\["|\b(?:CodeModeExecutor|ToolRegistry)\["/g;
  return source.reduce((sum, name) => sum + [...read(name).matchAll(borrowed)].length, 0);
}

const uses = exportsByUse();
const [folder, flat] = fullestFolder();
const twice = declaredTwice();
const figures = {
  files: source.length + guest.length,
  lines: linesOf([...source, ...guest]),
  types: types.length,
  typesDeclaredTwice: twice.length,
  optionsTypes: types.filter(({ type }) => type.endsWith("Options")).length,
  exports: uses.all,
  exportsUsedAtMostOnce: uses.atMostOnce,
  shareOfExportsUsedAtMostOnce: Number((uses.atMostOnce / uses.all).toFixed(3)),
  filesInFullestFolder: flat,
  namesInMainEntry: entryNames(),
  repeatedPairs: repeatedPairs(),
  borrowedTypes: borrowedTypes(),
  testLinesPerSourceLine: Number((linesOf(tests) / linesOf([...source, ...guest])).toFixed(2)),
};

if (process.argv.includes("--check")) {
  const limits = JSON.parse(readFileSync(join(own, "scripts/figures.json"), "utf8"));
  const worse = Object.entries(limits).filter(([name, limit]) =>
    name === "testLinesPerSourceLine" ? figures[name] < limit : figures[name] > limit,
  );
  for (const [name, limit] of worse)
    console.error(`${name} is ${figures[name]}, allowed is ${limit} (scripts/figures.json).`);
  if (worse.length > 0) {
    console.error(`Fullest folder: ${folder}. Declared twice: ${twice.join(", ") || "none"}.`);
    process.exit(1);
  }
} else {
  console.log(JSON.stringify({ ...figures, fullestFolder: folder, declaredTwice: twice }, undefined, 2));
}
