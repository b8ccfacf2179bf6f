// What `npm run fuzz` throws its inputs at: every reader of what guests, servers, clients, skills and users wrote.
import { array, jsonValue, nat, oneof, tuple, uint8Array } from "fast-check";
import { CANARY } from "./canary.mjs";
import { clientLine, configuration, csv, javascript, json, jumble, nasty, pieces, python, schema } from "./inputs.mjs";

const load = (path) => import(new URL(`../../dist/${path}`, import.meta.url).href);
const { createCodemode, defineTool } = await load("index.js");
const { CodemodeError } = await load("base/codemode-error.js");
const { ExactWire } = await load("base/exact-wire.js");
const { FrameReader } = await load("engines/pyodide/frames.js");
const { parseEnd } = await load("engines/pyodide/guest-messages.js");
const { parseFault, toGuestFault } = await load("engines/javascript/guest-faults.js");
const { parseCalls } = await load("engines/quickjs/wire/messages.js");
const { RequestGate } = await load("server/messages/request-gate.js");
const { LineSplitter } = await load("sources/mcp/transport/line-splitter.js");
const { mendMessages } = await load("sources/mcp/transport/mend-message.js");
const { parseConfiguration } = await load("host/configuration/parse-configuration.js");
const { parseSkillDocument } = await load("skills/format/front-matter.js");
const { createToolCatalog } = await load("catalog/create-tool-catalog.js");
const { emittersFor } = await load("languages/language-emitters.js");
const { createValidator } = await load("schema/validator.js");

const PROGRAM_MS = 1_500;

const echo = defineTool({
  name: "echo",
  description: "Echoes.",
  inputSchema: { type: "object" },
  execute: (args) => args,
});
const lastWords = "console.error(process.env.TOKEN); process.exit(1)";
/** Its one server dies with its secret as last words. */
const codemode = createCodemode({
  tools: { host: [echo] },
  mcpServers: { crashing: { command: process.execPath, args: ["-e", lastWords], env: { TOKEN: CANARY } } },
});
const { executor } = codemode;
await executor.setup();
// The first program pays for the start of Python, which is not part of its limit here.
await executor.execute("1", { language: "python", timeoutMs: 60_000 });
const validator = createValidator();
const artifact = executor.artifacts.save({
  text: JSON.stringify(Array.from({ length: 200 }, (_, id) => ({ id, name: `n${id}`, in: { a: [id, "x"] } }))),
  mimeType: "application/json",
});

export const closeTargets = () => codemode.close();

/** The answer of what may refuse its input, but only in our own words: those are the answer then. */
async function refusable(work) {
  try {
    return await work();
  } catch (error) {
    if (CodemodeError.is(error) && error.code !== "internal") return error;
    throw error;
  }
}

async function runProgram(language, code) {
  const begun = performance.now();
  const result = await executor.execute(code, { language, timeoutMs: PROGRAM_MS, typeCheck: false });
  const tookMs = performance.now() - begun;
  if (result.error?.code === "internal") throw new Error(`internal: ${result.error.message}`);
  if (tookMs > PROGRAM_MS + 3_000) throw new Error(`a program with a limit of ${PROGRAM_MS} ms took ${tookMs} ms`);
  return result;
}

/** Names of targets, each with its inputs and a check that gives the answer that would leave the host, if there is one. */
export const targets = {
  "Python frames": [
    array(uint8Array({ maxLength: 64 }), { maxLength: 8 }),
    (chunks) => {
      const reader = new FrameReader();
      reader.maxBytes = 1024;
      try {
        for (const chunk of chunks)
          for (const frame of reader.push(Buffer.from(Object.values(chunk)))) parseEnd(frame.payload);
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
      }
    },
  ],
  "Python ends": [tuple(json, nasty), ([head, rest]) => void parseEnd(Buffer.from(`${head}\n${rest}`))],
  "JavaScript frames": [
    oneof(json, nasty),
    (text) => {
      parseCalls(`1\t${text}\t{}\n${text}`);
      toGuestFault(parseFault(text), "cell.ts");
    },
  ],
  "lines of clients": [
    array(oneof(json, nasty, clientLine), { maxLength: 6 }),
    (lines) => {
      const answers = [];
      const wire = new ExactWire();
      const gate = new RequestGate({ write: (text) => answers.push(wire.toWire(text)) }, wire);
      gate.input.on("data", () => {});
      gate.input.write(`${lines.join("\n")}\n`);
      return answers.map((answer) => JSON.parse(answer));
    },
  ],
  "lines of servers": [
    array(oneof(json, nasty), { maxLength: 6 }),
    (texts) => {
      const onLine = (line) => {
        let value;
        try {
          value = JSON.parse(line);
        } catch {
          return;
        }
        try {
          mendMessages(value, { soleRequest: () => 1, note: () => {} });
        } catch (error) {
          // What cannot be mended is refused in words, and counts as garbage.
          if (!(error instanceof Error) || error instanceof RangeError) throw error;
        }
      };
      const lines = new LineSplitter(512, { onLine, onTooLong: () => {}, onTooLongEnd: () => {} });
      for (const text of texts) lines.push(Buffer.from(text));
      lines.push(Buffer.from("\n"));
    },
  ],
  schemas: [
    tuple(nasty, nasty, schema, jsonValue()),
    ([name, description, inputSchema, value]) =>
      refusable(() => {
        const [tool] = createToolCatalog([
          { name: `s__${name}`, serverName: "s", toolName: name, description, inputSchema },
        ]).tools;
        const texts = [];
        for (const language of ["typescript", "python"]) {
          const { brief, signature, declaration } = emittersFor(language);
          for (const emit of [brief, signature, declaration]) texts.push(emit(tool));
        }
        return { texts, problems: validator.validate(inputSchema, value) };
      }),
  ],
  paths: [
    jumble(
      oneof(
        nasty,
        pieces("$", ".", "..", "*", "[", "]", "?", "@", "(", ")", "id", "==", "&&", "count", "0", ":", "'a'"),
      ),
    ),
    (path) => refusable(() => executor.artifacts.read(artifact.id, { path })),
  ],
  patterns: [
    jumble(oneof(nasty, pieces("(a+)+", "$", "^", "x|y", "(?=", ")", "{900}", ".*", "\\1", "[^a]"))),
    (pattern) => refusable(() => executor.artifacts.read(artifact.id, { pattern })),
  ],
  rows: [
    tuple(csv, nat(30_000), nat(30_000)),
    ([text, offset, limit]) =>
      refusable(async () => {
        const { id } = executor.artifacts.save({ text, mimeType: "text/csv" });
        const rows = await executor.artifacts.rows(id, { path: "$", offset, limit: limit + 1 });
        // Rows may be longer than any answer; a program is given less.
        if (rows.length > 64 * 1024 * 1024) throw new Error(`rows of ${rows.length} characters`);
        return JSON.parse(rows).length;
      }),
  ],
  skills: [
    tuple(
      nasty,
      jumble(oneof(nasty, pieces("---\n", "name: a\n", "description: b\n", ": ", "- ", "&a ", "*a ", "!!js ", "<<: "))),
      nasty,
    ),
    ([head, text, body]) => refusable(() => parseSkillDocument(`${head}---\n${text}\n---\n${body}`)),
  ],
  configuration: [configuration, (value) => refusable(() => void parseConfiguration(value))],
  "TypeScript programs": [javascript, (code) => runProgram("typescript", code)],
  "Python programs": [python, (code) => runProgram("python", code)],
};
