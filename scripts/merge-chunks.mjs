// Puts the chunks that a start of the library reads together into few files: each file costs Node a quarter of a millisecond.
import { createHash } from "node:crypto";
import { basename, dirname, join, relative } from "node:path";
import { build } from "esbuild";

/** Part of the library's chunks from which an entry counts as one that reads many of them. */
const MOST = 0.4;

/**
 * The output files with chunks merged that the same entries read. Entries that read many of them do not count, so that a small
 * command reads no more than it did.
 *
 * @param files contents by path, relative to the folder that `settings` of esbuild name
 * @param outputs of esbuild's metafile
 */
export async function mergeChunks(files, outputs, { settings, entry }) {
  const reach = (path, seen = new Set()) => {
    if (seen.has(path)) return seen;
    seen.add(path);
    for (const each of outputs[path].imports)
      if (each.kind === "import-statement" && !each.external) reach(each.path, seen);
    return seen;
  };
  const core = [...reach(entry)].filter((path) => outputs[path].entryPoint === undefined);
  // What else is loaded on demand is asked for by the library, which has read them.
  const roots = Object.keys(outputs).filter((path) => /^src\/(?:cli\/.*|[^/]*)$/.test(outputs[path].entryPoint ?? ""));
  const small = roots
    .map((path) => reach(path))
    .filter((read) => core.filter((path) => read.has(path)).length < core.length * MOST);
  const groups = new Map();
  for (const path of core) {
    const key = small.flatMap((read, at) => (read.has(path) ? [at] : [])).join(" ");
    groups.set(key, [...(groups.get(key) ?? []), path]);
  }
  const merged = new Map(files);
  // What a chunk imports is read by all that read the chunk, so a group imports of those alone that more entries read.
  const inOrder = [...groups].toSorted(([one], [other]) => other.split(" ").length - one.split(" ").length);
  for (const [, chunks] of inOrder) if (chunks.length > 1) await mergeOne(merged, chunks, { outputs, settings });
  return merged;
}

async function mergeOne(files, chunks, { outputs, settings }) {
  const names = new Map();
  const lines = chunks.flatMap((path) =>
    outputs[path].exports.map((name) => {
      const own = `${name}_${names.size}`;
      names.set(`${path}#${name}`, own);
      return `export { ${name} as ${own} } from "./${basename(path)}";`;
    }),
  );
  const folder = dirname(chunks[0]);
  const { outputFiles } = await build({
    ...settings,
    stdin: { contents: lines.join("\n"), resolveDir: join(settings.absWorkingDir, folder), sourcefile: "merged.js" },
    plugins: [{ name: "chunks", setup: (plugin) => fromMemory(plugin, { files, chunks, folder }) }],
  });
  const [{ text }] = outputFiles;
  const path = join(folder, `merged-${createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase()}.js`);
  for (const chunk of chunks) files.delete(chunk);
  for (const [other, content] of files) files.set(other, redirected(other, content, { path, chunks, names }));
  files.set(path, text);
}

function fromMemory({ onResolve, onLoad }, { files, chunks, folder }) {
  onResolve({ filter: /./ }, ({ path, kind }) => {
    const own = join(folder, path);
    return kind === "import-statement" && path.startsWith("./") && chunks.includes(own)
      ? { path: own, namespace: "chunk", sideEffects: true }
      : { path, external: true };
  });
  onLoad({ filter: /./, namespace: "chunk" }, ({ path }) => ({ contents: files.get(path) }));
}

/** The text of a file in which what it imported of the chunks comes from the file they are in now. */
function redirected(file, text, { path, chunks, names }) {
  const from = relative(dirname(file), path);
  const specifier = JSON.stringify(from.startsWith(".") ? from : `./${from}`);
  return text.replaceAll(/^import (?:(\{[^}]*\}) from )?"(\.[^"]*)";$/gm, (statement, named, asked) => {
    const chunk = join(dirname(file), asked);
    if (!chunks.includes(chunk)) return statement;
    if (named === undefined) return `import ${specifier};`;
    const list = named.replaceAll(
      /([\w$]+)(?: as ([\w$]+))?/g,
      (_, name, local = name) => `${names.get(`${chunk}#${name}`)} as ${local}`,
    );
    return `import ${list} from ${specifier};`;
  });
}
