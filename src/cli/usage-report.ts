import type { CommanderError } from "commander";
import { UsageError } from "./usage-error.ts";

/** Turns what the parser of the command line says into an error with a hint. */
export function toUsageError(error: CommanderError, argv: readonly string[]): UsageError {
  const [, message = error.message, suggestion] =
    /^(?:error: )?([\s\S]*?)\s*(?:\((Did you mean[^)]*)\))?$/.exec(error.message.trim()) ?? [];
  const [first = ""] = argv;
  const isCommand = !first.startsWith("-") && !(error.code === "commander.unknownCommand" && wordOf(error) === first);
  const help = `See codemode ${isCommand ? `${first} ` : ""}--help.`;
  const text =
    error.code === "commander.help" ? "No command was given." : `${message.charAt(0).toUpperCase()}${message.slice(1)}`;
  const instead = usualHint(error, argv) ?? suggestion?.replaceAll("\n", " ");
  return new UsageError(text.endsWith(".") ? text : `${text}.`, instead === undefined ? help : `${instead} ${help}`);
}

/** What to write instead of a command or an option that other command lines have. */
function usualHint({ code, message }: CommanderError, argv: readonly string[]): string | undefined {
  const word = wordOf({ message });
  const [command = "", subcommand] = argv;
  if (code === "commander.unknownCommand" && word === command) return hintFor(COMMANDS, word);
  if (code === "commander.excessArguments" || code === "commander.missingMandatoryOptionValue")
    return hintFor(EXTRA_WORDS, command);
  if (code !== "commander.unknownOption") return undefined;
  if (command === "skills" && subcommand === "run")
    return "Options of a script stand after --, as in codemode skills run NAME -- --option.";
  if (command === "call")
    return 'Write each argument as name=value, or all as one JSON object, \'{ "name": "value" }\'.';
  return command === "-v" ? "Write codemode --version." : hintFor(OPTIONS, word);
}

/** The word that the parser does not know. */
function wordOf({ message }: Pick<CommanderError, "message">): string {
  return /'([^']*)'/.exec(message)?.[1] ?? "";
}

function hintFor(table: readonly (readonly [words: string, hint: string])[], word: string): string | undefined {
  return table.find(([words]) => words.split(" ").includes(word))?.[1];
}

const COMMANDS: readonly (readonly [words: string, hint: string])[] = [
  ["list ls list-tools", "Write codemode tools for the tools, codemode servers for the servers."],
  ["tool show info inspect get schema", "Write codemode describe server__tool."],
  ["run eval execute repl node python", "Write codemode exec program.ts, or codemode exec -e CODE."],
  ["mcp server start stdio http proxy", "Write codemode serve."],
  ["invoke use", "Write codemode call server__tool name=value."],
  ["find query", "Write codemode search WORDS."],
  ["login logout", "Write codemode auth login SERVER, or codemode auth logout SERVER."],
  [
    "add remove rm init config configure new create",
    "Servers stand in codemode.json, under mcpServers; codemode setup and codemode import take over those of other clients.",
  ],
  ["stop kill", "Write codemode down for the background process."],
  ["version", "Write codemode --version."],
];

/** What stands behind an option, by the command after which others have it as a word. */
const EXTRA_WORDS: readonly (readonly [words: string, hint: string])[] = [
  ["tools servers", "Write codemode tools --server NAME for the tools of one server."],
  ["describe", "Write the name of one tool as one word, codemode describe server__tool."],
  ["install uninstall doctor", "Write the client as --client NAME."],
  ["import", "Write the client as --from NAME."],
  ["serve", "Write codemode serve --http HOST:PORT for HTTP."],
];

const OPTIONS: readonly (readonly [words: string, hint: string])[] = [
  ["-e --eval -c --code --exec", "Write codemode exec -e CODE."],
  ["-l --lang --typescript --python --ts --py", "Write --language typescript or --language python."],
  ["-p --port --host --sse --transport", "Write codemode serve --http 127.0.0.1:8787; without it stdio is spoken."],
  ["-f --file --script", "Write the file by itself, codemode exec program.ts."],
  ["-j --output -o --format", "Write --json."],
  ["-n --max --max-results --top --count", "Write --limit NUMBER."],
];
