import { hasTool, lastText, requestText, resultsSince, type ScriptedModel, type ScriptedReply } from "./stand-in-model.ts";

export const WORDS = 2_000;

/** A model that writes random words into a file: as a program, or by writing every word itself. */
export function wordsModel(file: string): ScriptedModel {
  return (request) => {
    if (resultsSince(request) > 0) return { text: `The file is written: ${lastText(request).slice(0, 40)}` };
    if (hasTool(request, "filesystem__write_file")) {
      return { text: "Writing the words.", calls: [{ name: "filesystem__write_file", args: { path: file, content: randomWords() } }] };
    }
    return program(`const syllables = ["ba", "cor", "den", "fil", "gra", "lum", "mi", "nor", "pex", "ta", "vel", "zu"];
const syllable = () => syllables[Math.floor(Math.random() * syllables.length)];
const words = Array.from({ length: ${WORDS} }, () => syllable() + syllable() + syllable());
await filesystem.write_file({ path: ${JSON.stringify(file)}, content: words.join(" ") });
words.length`);
  };
}

/**
 * A model that adds up a number from each file of a folder: in one program, or by listing the folder and then reading
 * all files in one turn.
 */
export function filesModel(folder: string): ScriptedModel {
  return (request) => {
    const results = resultsSince(request);
    if (!hasTool(request, "filesystem__read_text_file")) {
      return results > 0 ? { text: `The sum is ${sumOf(request)}.` } : program(countProgram(folder));
    }
    if (results === 0) return { calls: [{ name: "filesystem__list_directory", args: { path: folder } }] };
    if (results > 1) return { text: `The sum is ${sumOf(request)}.` };
    const names = [...lastText(request).matchAll(/\[FILE\] (\S+\.txt)/g)].map((match) => match[1] ?? "");
    const calls = names.map((name) => ({ name: "filesystem__read_text_file", args: { path: `${folder}/${name}` } }));
    return { text: "Reading the files.", calls };
  };
}

const countProgram = (folder: string): string => `const folder = ${JSON.stringify(folder)};
const listing = await filesystem.list_directory({ path: folder });
const names = [...listing.matchAll(/\\[FILE\\] (\\S+\\.txt)/g)].map((match) => match[1]);
const texts = await Promise.all(names.map((name) => filesystem.read_text_file({ path: folder + "/" + name })));
texts.reduce((sum, text) => sum + Number(/count: (\\d+)/.exec(text)?.[1]), 0)`;

/** Takes the story a request is about. */
export function byRequest(stories: Readonly<Record<string, ScriptedModel>>): ScriptedModel {
  return (request) => {
    const asked = wordsOf(requestText(request));
    const [, model] = Object.entries(stories).find(([words]) => asked.includes(words)) ?? [];
    return model?.(request) ?? { text: `I have no story for: ${asked}` };
  };
}

/** What the person wrote, without the tools that were put behind it. */
export function wordsOf(content: unknown): string {
  return String(content).split(/\n\n(?:Tools that may fit|All tools known now)/, 1).join();
}

export function program(code: string): ScriptedReply {
  return { text: "I write a program.", calls: [{ name: "execute_code", args: { code } }] };
}

/** Texts of the results, in whatever form they came. */
function sumOf(request: Parameters<ScriptedModel>[0]): number {
  const from = request.messages.findLastIndex(({ role }) => role === "user");
  const texts = request.messages.slice(from).flatMap(({ role, content }) => (role === "tool" ? [String(content)] : []));
  const counts = texts.flatMap((text) => [...text.matchAll(/count: (\d+)/g)].map((match) => Number(match[1])));
  return counts.length > 0 ? counts.reduce((sum, each) => sum + each, 0) : Number(/\d+/.exec(texts.at(-1) ?? "")?.[0]);
}

function randomWords(): string {
  const syllables = ["ba", "cor", "den", "fil", "gra", "lum", "mi", "nor", "pex", "ta", "vel", "zu"];
  const syllable = (): string => syllables[Math.floor(Math.random() * syllables.length)] ?? "";
  return Array.from({ length: WORDS }, () => syllable() + syllable() + syllable()).join(" ");
}
