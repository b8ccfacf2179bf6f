import type { GuestLanguage } from "../../engines/engine.ts";

/** Sentences on how to work with programs; each stands by itself. */
export const RULES = {
  wholeJob: "Do the whole job in one program: call, filter, loop, combine.",
  returnLittle: "Return only what is needed.",
  parallel: "Run independent calls in parallel.",
  discoverOnce: (list: string): string =>
    `If ${list} is COMPLETE, write the program straight away; otherwise search_tools once, then write it.`,
  searchFirst: "search_tools once for what the program needs and no signature in the messages shows.",
} as const;

/** Form of programs in one language. */
interface LanguageGuide {
  readonly title: string;
  readonly parallel: string;
  readonly syntax: string;
  readonly skillImport: string;
  /** A whole program on the reference server for files, whose folder is `/data`. */
  readonly example: string;
}

const [PARALLEL_TYPESCRIPT, PARALLEL_PYTHON] = ["await Promise.all(…)", "await asyncio.gather(…)"];

/** Form of programs, by language. */
export const LANGUAGE_GUIDES: Readonly<Record<GuestLanguage, LanguageGuide>> = {
  typescript: {
    title: "TypeScript",
    parallel: PARALLEL_TYPESCRIPT,
    syntax: `top-level await; the value is the last expression (or \`return\`). Each server is a global: \`const text = await filesystem.read_text_file({ path })\`, or \`import { read_text_file } from "generated/servers/filesystem"\`. Parallel: \`${PARALLEL_TYPESCRIPT}\`.`,
    skillImport: 'import { name } from "skills/name"',
    example: `const listing = await filesystem.list_directory({ path: "/data" });
const names = listing.split("\\n").filter((line) => line.startsWith("[FILE]")).map((line) => line.slice(7));
const texts = await Promise.all(
  names.map((name) => filesystem.read_text_file({ path: \`/data/\${name}\` }).catch(() => null)),
);
const read = texts.filter((text) => text !== null);
({ files: names.length, unread: names.length - read.length, found: read.filter((text) => text.includes("two")).length })`,
  },
  python: {
    title: "Python",
    parallel: PARALLEL_PYTHON,
    syntax: `top-level await; the value is the last expression. Each server is a global: \`text = await filesystem.read_text_file(path=p)\`, or \`from generated.servers.filesystem import read_text_file\`. Parallel: \`${PARALLEL_PYTHON}\`.`,
    skillImport: "from skills.name import name",
    example: `import asyncio
from generated.servers.filesystem import list_directory, read_text_file

listing = await list_directory(path="/data")
names = [line[7:] for line in listing.splitlines() if line.startswith("[FILE]")]
texts = await asyncio.gather(*(read_text_file(path=f"/data/{name}") for name in names), return_exceptions=True)
read = [text for text in texts if isinstance(text, str)]
{"files": len(names), "unread": len(names) - len(read), "found": sum("two" in text for text in read)}`,
  },
};

/** Behaviour of a call that fails. */
export const FAILED_CALL =
  "A tool that fails throws ToolError (code, message, tool); catch it to keep partial results.";

/** Reach of a program. */
export const NOTHING_ELSE = "There is no network, file system or process: only tools.";

interface Helper {
  readonly typescript: string;
  readonly python: string;
  readonly does?: string;
}

const HELPERS: readonly Helper[] = [
  { typescript: "callTool", python: "call_tool" },
  { typescript: "search", python: "search" },
  { typescript: "describe", python: "describe" },
  { typescript: "emit", python: "emit", does: "hands an image or other content on" },
  { typescript: "artifacts", python: "artifacts" },
  { typescript: "retry", python: "retry" },
  { typescript: "parallel", python: "parallel" },
  { typescript: "sleep", python: "sleep" },
];

/** Names what the built-in module has, for programs of one language or of both. */
export function helpersSentence(languages: readonly GuestLanguage[]): string {
  const [language = "typescript"] = languages;
  const isBoth = languages.length > 1;
  const shown = HELPERS.map(({ typescript, python, does }) => {
    const name = language === "python" ? python : typescript;
    const asides = [isBoth && typescript !== python ? `Python: ${python}` : undefined, does].filter(Boolean);
    return asides.length === 0 ? name : `${name} (${asides.join("; ")})`;
  });
  const aside = isBoth ? " (`from codemode import …` in Python)" : "";
  return `"codemode"${aside} has ${shown.join(", ")}.`;
}

/** Access of programs in one language or both to saved skills; for executors that have any. */
export function skillsSentence(languages: readonly GuestLanguage[]): string {
  const imports = languages.map((language) => {
    const { title, skillImport } = LANGUAGE_GUIDES[language];
    return languages.length > 1 ? `\`${skillImport}\` (${title})` : `\`${skillImport}\``;
  });
  return `Saved skills: list_skills or search_tools finds them; ${imports.join(", ")}, or \`run_skill\` of "generated/skills" for those of any language.`;
}
