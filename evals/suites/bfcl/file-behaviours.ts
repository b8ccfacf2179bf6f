import { type Behaviour, recordOf, require, type ServiceState, text } from "./simulated-state.ts";

/** A file or a folder. */
interface Entry {
  readonly type: "file" | "directory";
  content?: string;
  contents?: Record<string, Entry>;
}

/** Folders from the root to the current one. */
function here(state: ServiceState): Record<string, Entry> {
  const [rootName = ""] = Object.keys(recordOf(state, "root"));
  const root = recordOf<Entry>(state, "root")[rootName];
  return path(state).reduce((folder, name) => folder[name]?.contents ?? {}, root?.contents ?? {});
}

function path(state: ServiceState): string[] {
  state["path"] ??= [];
  return state["path"] as string[];
}

function file(state: ServiceState, name: unknown): Entry {
  const entry = here(state)[text(name)];
  require(entry?.type === "file" ? entry : undefined, `${text(name)}: No such file in the current directory`);
  return entry as Entry;
}

function sizeOf(entry: Entry): number {
  const inner = Object.values(entry.contents ?? {});
  return inner.reduce((sum, each) => sum + sizeOf(each), (entry.content ?? "").length);
}

function place(
  state: ServiceState,
  { source, destination }: { source: string; destination: string },
  keep: boolean,
): string {
  const folder = here(state);
  const entry = folder[source];
  require(entry, `${source}: No such file or directory`);
  require(!destination.includes("/"), `${destination}: no path is allowed in the destination`);
  const copy = structuredClone(entry);
  const target = folder[destination];
  if (target?.type === "directory") {
    target.contents ??= {};
    require(target.contents[source] === undefined ? true : undefined, `${destination} has ${source} already`);
    target.contents[source] = copy;
  } else {
    folder[destination] = copy;
  }
  if (!keep) delete folder[source];
  return `'${source}' ${keep ? "copied" : "moved"} to '${destination}'`;
}

function findIn(folder: Record<string, Entry>, name: string, at: string): string[] {
  return Object.entries(folder).flatMap(([each, entry]) => {
    const inner = findIn(entry.contents ?? {}, name, `${at}/${each}`);
    return each.includes(name) ? [`${at}/${each}`].concat(inner) : inner;
  });
}

const lines = (entry: Entry): string[] => (entry.content ?? "").split("\n");

function changeFolder(state: ServiceState, folder: string): unknown {
  if (folder === "..") path(state).pop();
  else {
    require(here(state)[folder]?.type === "directory" ? true : undefined, `cd: ${folder}: No such directory`);
    path(state).push(folder);
  }
  return { current_working_directory: path(state).at(-1) ?? Object.keys(recordOf(state, "root"))[0] ?? "/" };
}

function create(state: ServiceState, name: string, entry: Entry): null {
  require(here(state)[name] === undefined ? true : undefined, `${name} exists already`);
  here(state)[name] = entry;
  return null;
}

function remove(state: ServiceState, name: string, onlyEmpty: boolean): unknown {
  const folder = here(state);
  require(folder[name], `cannot remove ${name}: No such file or directory`);
  if (onlyEmpty)
    require(Object.keys(folder[name]?.contents ?? {}).length === 0 ? true : undefined, `${name}: Directory not empty`);
  delete folder[name];
  return { result: `'${name}' removed` };
}

function compare(left: Entry, right: Entry): string {
  const [a, b] = [lines(left), lines(right)];
  return Array.from({ length: Math.max(a.length, b.length) }, (_, at) =>
    a[at] === b[at] ? "" : `- ${a[at] ?? ""}\n+ ${b[at] ?? ""}`,
  )
    .filter((line) => line !== "")
    .join("\n");
}

/** Tools of the file system. */
export const FILE_BEHAVIOURS: Readonly<Record<string, Behaviour>> = {
  pwd: (state) => ({
    current_working_directory: `/${[Object.keys(recordOf(state, "root"))[0], ...path(state)].join("/")}`,
  }),
  ls: (state, { a }) => ({
    current_directory_content: Object.keys(here(state)).filter((name) => a === true || !name.startsWith(".")),
  }),
  cd: (state, { folder }) => changeFolder(state, text(folder)),
  mkdir: (state, { dir_name }) => create(state, text(dir_name), { type: "directory", contents: {} }),
  touch: (state, { file_name }) => create(state, text(file_name), { type: "file", content: "" }),
  echo: (state, { content, file_name }) => {
    if (file_name === undefined || file_name === null || file_name === "None")
      return { terminal_output: text(content) };
    here(state)[text(file_name)] = { type: "file", content: text(content) };
    return { terminal_output: null };
  },
  cat: (state, { file_name }) => ({ file_content: file(state, file_name).content ?? "" }),
  find: (state, { path: at, name }) => {
    const folder = text(at) === "." || at === undefined ? here(state) : (here(state)[text(at)]?.contents ?? {});
    return { matches: findIn(folder, name === null ? "" : text(name), text(at) === "" ? "." : text(at)) };
  },
  wc: (state, { file_name, mode = "l" }) => {
    const content = file(state, file_name).content ?? "";
    const counts: Record<string, [number, string]> = {
      l: [content.split("\n").length, "lines"],
      w: [content.split(/\s+/).filter((word) => word !== "").length, "words"],
      c: [content.length, "characters"],
    };
    const [count, type] = counts[text(mode)] ?? [0, "unknown"];
    return { count, type };
  },
  sort: (state, { file_name }) => ({ sorted_content: lines(file(state, file_name)).toSorted().join("\n") }),
  grep: (state, { file_name, pattern }) => ({
    matching_lines: lines(file(state, file_name)).filter((line) => line.includes(text(pattern))),
  }),
  du: (state, { human_readable }) => {
    const size = Object.values(here(state)).reduce((sum, entry) => sum + sizeOf(entry), 0);
    return { disk_usage: human_readable === true ? `${size} B` : `${size} bytes` };
  },
  tail: (state, { file_name, lines: count = 10 }) => ({
    last_lines: lines(file(state, file_name)).slice(-Number(count)).join("\n"),
  }),
  diff: (state, { file_name1, file_name2 }) => ({
    diff_lines: compare(file(state, file_name1), file(state, file_name2)),
  }),
  mv: (state, { source, destination }) => ({
    result: place(state, { source: text(source), destination: text(destination) }, false),
  }),
  cp: (state, { source, destination }) => ({
    result: place(state, { source: text(source), destination: text(destination) }, true),
  }),
  rm: (state, { file_name }) => remove(state, text(file_name), false),
  rmdir: (state, { dir_name }) => remove(state, text(dir_name), true),
};
