import { createHash } from "node:crypto";
import { lstatSync, statSync } from "node:fs";
import { userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { readText } from "../../base/files/read-file.ts";
import { ownWords } from "../own-words.ts";
import { findConfiguration, STATE_DIRECTORY } from "../../host/configuration/configuration-files.ts";

/** Where the background process of one configuration listens, and what it has to agree with before it is used. */
export interface ResidentPlace {
  readonly socket: string;
  /** Takes what the process itself prints. */
  readonly log: string;
  readonly directory: string;
  /** The configuration file, if there is one. */
  readonly file: string | undefined;
  /** Changes with the configuration's text, with the variables that it names, and with `PATH`. */
  readonly fingerprint: string;
  /** Changes with the program that is installed. */
  readonly installation: string;
}

/** A socket's path has room for this many bytes on every system. */
const MOST_PATH_BYTES = 100;
/** For longer paths. Not what `TMPDIR` says, which the clients that start MCP servers often leave out. */
const SHORT_PLACE = "/tmp";

/** Variables that every configuration depends on: they say where tokens and the files of servers are. */
const ALWAYS_NAMED = ["HOME", "CODEMODE_HOME"];

/**
 * The place for a configuration: the file that is named, else the one of the directory. Reads little and loads nothing,
 * because every command looks here first. Throws when a file that is named cannot be read.
 */
export async function residentPlace(options: {
  readonly file?: string | undefined;
  readonly directory: string;
}): Promise<ResidentPlace> {
  const given = options.file === undefined ? undefined : resolve(options.directory, options.file);
  const file = given ?? findConfiguration(options.directory);
  const directory = file === undefined ? options.directory : dirname(file);
  const text = file === undefined ? "" : readText(file);
  const state = text.includes('"stateDir"') ? await namedState(file) : join(directory, STATE_DIRECTORY);
  const name = `up-${shortHash(file ?? directory)}`;
  return {
    socket: socketPath(join(state, `${name}.sock`)),
    log: join(state, `${name}.log`),
    directory,
    file,
    fingerprint: `${shortHash([text, ...namedVariables(text)].join("\0"))} ${shortHash(process.env["PATH"] ?? "")}`,
    installation: installation(),
  };
}

/**
 * True when what runs at one fingerprint can be used at the other.
 *
 * @param anyPath whatever `PATH` is: the clients that start MCP servers are started by a desktop as often as by a shell
 */
export function isSamePlace(one: string, other: string, anyPath: boolean): boolean {
  return anyPath ? one.split(" ")[0] === other.split(" ")[0] : one === other;
}

/** Says whether a command line names a configuration, and which. */
export function namedConfiguration(argv: readonly string[]): string | undefined {
  const words = ownWords(argv);
  const at = words.lastIndexOf("--config");
  if (at >= 0) return words[at + 1];
  return words.findLast((word) => word.startsWith("--config="))?.slice("--config=".length);
}

/** True for a socket of the same user, which nobody else can put another in the place of. */
export function isOwnSocket(path: string): boolean {
  const found = lstatSync(path, { throwIfNoEntry: false });
  return found?.isSocket() === true && found.uid === process.getuid?.() && isSafeFolder(dirname(path));
}

/**
 * Whether a folder can hold the socket of a background process: where everybody can make folders, somebody else may have
 * made this one first.
 */
export function isSafeFolder(folder: string): boolean {
  if (dirname(folder) !== SHORT_PLACE) return true;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}

async function namedState(file: string | undefined): Promise<string> {
  const { loadConfiguration } = await import("../../host/configuration/load-configuration.ts");
  return loadConfiguration({ file }).stateDirectory;
}

function socketPath(path: string): string {
  if (Buffer.byteLength(path) <= MOST_PATH_BYTES) return path;
  return join(SHORT_PLACE, `codemode-${userInfo().uid}`, `${shortHash(path)}.sock`);
}

/** The variables a text names, with their values. */
function namedVariables(text: string): readonly string[] {
  const names = [...text.matchAll(/\$\{(?:env:)?([A-Za-z_]\w*)/g)].map(([, name = ""]) => name);
  return [...new Set([...ALWAYS_NAMED, ...names])].sort().map((name) => `${name}=${process.env[name] ?? ""}`);
}

function installation(): string {
  const cli = fileURLToPath(new URL("../../cli.js", import.meta.url));
  const found = statSync(cli, { throwIfNoEntry: false });
  return `${cli} ${found?.mtimeMs ?? 0} ${found?.size ?? 0} ${process.version}`;
}

function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}
