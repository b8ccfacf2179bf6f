import { defined } from "../../../base/defined.ts";
import type { Skill } from "@modelcontextprotocol/client/ext/skills";
import { CodemodeError, toCodemodeError } from "../../../base/codemode-error.ts";
import type { SkillSupplier, SuppliedSkill, SuppliedSkills } from "../../../skills/shelves/server/skill-supplier.ts";
import type { SkillProblem } from "../../../skills/skill.ts";
import { DeadlineError, withinDeadline } from "../../../base/deadline.ts";
import type { McpConnection } from "../connection.ts";
import { createNameFilter } from "./name-filter.ts";
import { readSkillEntry } from "./read-skill-entry.ts";
import type { McpServerConfig } from "../server-config.ts";

/** Access of {@link ServerSkills} to its server. */
interface ServerSkillsOptions {
  readonly config: McpServerConfig;
  /** Does something on the connection, on a new one if the server has forgotten it. */
  readonly use: <T>(work: (connection: McpConnection) => Promise<T>) => Promise<T>;
  /** Resolves when the server has answered or failed the first time. */
  readonly settled: () => Promise<unknown>;
  /** Aborts when the server is closed. */
  readonly signal: AbortSignal;
  readonly onChange: () => void;
}

const EXTENSION = "io.modelcontextprotocol/skills";
const MOST_SKILLS = 1_000;
const MOST_FOUND = 100;
const RELIST_INTERVAL_MS = 100;

const loadClient = (): Promise<typeof import("@modelcontextprotocol/client/ext/skills")> =>
  import("@modelcontextprotocol/client/ext/skills");

/** The skills one MCP server publishes: listed when it connects, their files read and checked when they are needed. */
export class ServerSkills implements SkillSupplier {
  readonly name: string;
  readonly #options: ServerSkillsOptions;
  readonly #mayRun: (skillName: string) => boolean;
  readonly #entries = new WeakMap<SuppliedSkill, Skill>();
  /** Why skills may not be used, by the entry that was lied about. */
  readonly #aside = new WeakMap<Skill, string>();
  #listed: readonly Skill[] = [];
  /** Skills that were asked for by URI. */
  #found: readonly Skill[] = [];
  #refused: readonly SkillProblem[] = [];
  #known: SuppliedSkills = { status: "waiting", skills: [], problems: [] };
  #loading: Promise<void> = Promise.resolve();
  #relist: NodeJS.Timeout | undefined;

  constructor(name: string, options: ServerSkillsOptions) {
    this.name = name;
    this.#options = options;
    this.#mayRun = createNameFilter({ allow: options.config.skills.runScripts });
  }

  known(): SuppliedSkills {
    return this.#known;
  }

  async settled(): Promise<SuppliedSkills> {
    if (this.#known.status !== "waiting") return this.#known;
    await this.#options.settled();
    await this.#loading;
    return this.#known;
  }

  mayRun(skill: SuppliedSkill): boolean {
    return this.#mayRun(skill.name);
  }

  /** Lists the skills over a connection that has just opened. Never rejects. */
  load(connection: McpConnection): void {
    const { config, signal } = this.#options;
    const extensions = connection.client.getServerCapabilities()?.extensions;
    if (!config.skills.enabled || extensions?.[EXTENSION] === undefined) return this.none();
    this.#loading = this.#list(connection).catch((error: unknown) => {
      if (signal.aborted) return;
      const reason = error instanceof DeadlineError ? "it took too long" : toCodemodeError(error).message;
      this.#refused = [{ path: this.name, reason: `Its list of skills could not be had: ${reason}`.slice(0, 600) }];
      this.#publish(this.#listed.length === 0 ? "failed" : "ready");
    });
  }

  /** Notes that the server has no skills, or that they are not wanted. */
  none(): void {
    if (this.#known.status === "none") return;
    this.#listed = [];
    this.#refused = [];
    this.#publish("none");
  }

  /** Notes that the server cannot be reached. Skills known from before stay. */
  failed(): void {
    if (this.#known.status === "waiting") this.#publish("failed");
  }

  /** Lists again soon; many announcements within a moment are one. */
  announceChange(): void {
    if (this.#known.status === "none" || this.#known.status === "waiting") return;
    this.#relist ??= setTimeout(() => void this.#again(), RELIST_INTERVAL_MS).unref();
  }

  /** Lists no more. */
  close(): void {
    clearTimeout(this.#relist);
  }

  async find(uri: string, signal?: AbortSignal): Promise<SuppliedSkill | undefined> {
    const { config, use } = this.#options;
    if (!config.skills.enabled || !config.enabled) return undefined;
    const held = this.#known.skills.find((skill) => skill.uri === uri);
    if (held !== undefined) return held;
    const { SkillsClient } = await loadClient();
    const options = { timeout: config.timeoutMs, ...defined({ signal }) };
    const asking = use(({ client }) => new SkillsClient(client).get(uri, options));
    const answer = await withinDeadline(asking, config.timeoutMs, signal).catch(() => undefined);
    if (answer === undefined) return undefined;
    this.#found = [...this.#found.filter((entry) => entry.uri !== answer.skill.uri), answer.skill].slice(-MOST_FOUND);
    this.#publish("ready");
    return this.#known.skills.find((skill) => skill.uri === answer.skill.uri);
  }

  async read(skill: SuppliedSkill, path: string, signal?: AbortSignal): Promise<Buffer> {
    const { timeoutMs } = this.#options.config;
    const entry = this.#entries.get(skill);
    const file = skill.files.find((candidate) => candidate.path === path);
    if (entry === undefined || file === undefined || this.#aside.has(entry)) throw this.#unusable(skill, entry);
    try {
      return await withinDeadline(this.#read(entry, file.uri, signal), timeoutMs, signal);
    } catch (error) {
      if (await isVerificationError(error)) {
        this.#aside.set(entry, `The server sent other content than it lists: ${toCodemodeError(error).message}`);
        this.#publish(this.#known.status);
        this.announceChange();
        throw this.#unusable(skill, entry);
      }
      throw this.#toReadError(error, { path, skill, signal });
    }
  }

  async #read(entry: Skill, uri: string, signal: AbortSignal | undefined): Promise<Buffer> {
    const { config, use } = this.#options;
    const { SkillsClient } = await loadClient();
    const options = { timeout: config.timeoutMs, ...defined({ signal }) };
    const { bytes } = await use(({ client }) => new SkillsClient(client).read(entry, uri, options));
    return Buffer.from(bytes);
  }

  async #again(): Promise<void> {
    try {
      await this.#options.use(async (connection) => {
        this.load(connection);
        await this.#loading;
      });
    } catch {
      // A server that is down lists its skills when it is back.
    } finally {
      this.#relist = undefined;
    }
  }

  async #list({ client }: McpConnection): Promise<void> {
    const { config, signal } = this.#options;
    const { SkillsClient } = await loadClient();
    const listing = new SkillsClient(client, { skipInvalid: true }).list(
      {},
      { timeout: config.connectTimeoutMs, signal },
    );
    const { skills, invalid } = await withinDeadline(listing, config.connectTimeoutMs, signal);
    const before = new Map(this.#listed.map((entry) => [JSON.stringify(entry), entry]));
    // An entry that did not change stays the same object, and what is known against it stays too.
    this.#listed = skills.slice(0, MOST_SKILLS).map((entry) => before.get(JSON.stringify(entry)) ?? entry);
    const more = skills.length - this.#listed.length;
    this.#refused = [
      ...invalid.slice(0, 50).map(({ uri, reason }) => this.#problem(uri ?? "a skill without a URI", reason)),
      ...(more > 0 ? [this.#problem("", `${more} skills over ${MOST_SKILLS} were left out.`)] : []),
    ];
    this.#publish("ready");
  }

  #publish(status: SuppliedSkills["status"]): void {
    const skills: SuppliedSkill[] = [];
    const problems = [...this.#refused];
    const uris = new Set(this.#listed.map(({ uri }) => uri));
    for (const entry of [...this.#listed, ...this.#found.filter(({ uri }) => !uris.has(uri))]) {
      const read = this.#aside.get(entry) ?? readSkillEntry(this.name, entry);
      if (typeof read === "string") problems.push(this.#problem(entry.uri, read));
      else {
        this.#entries.set(read, entry);
        skills.push(read);
      }
    }
    this.#known = { status, skills, problems };
    this.#options.onChange();
  }

  #problem(uri: string, reason: string): SkillProblem {
    return { path: `${this.name} ${uri.slice(0, 200)}`.trim(), reason: reason.slice(0, 600) };
  }

  #unusable(skill: SuppliedSkill, entry: Skill | undefined): CodemodeError {
    const reason = entry === undefined ? undefined : this.#aside.get(entry);
    const why = reason === undefined ? "It has changed; look at it again." : `It was set aside: ${reason}`;
    return new CodemodeError("unknown_tool", `The skill "${skill.name}" of "${this.name}" cannot be used. ${why}`, {
      hint: "Do without it, or ask the operator of the server.",
    });
  }

  #toReadError(
    error: unknown,
    {
      path,
      skill,
      signal,
    }: { readonly path: string; readonly skill: SuppliedSkill; readonly signal: AbortSignal | undefined },
  ): CodemodeError {
    const what = `${path} of the skill "${skill.name}"`;
    if (signal?.aborted === true) return new CodemodeError("cancelled", `Reading ${what} was cancelled.`);
    if (CodemodeError.is(error)) return error;
    if (error instanceof DeadlineError) {
      const { timeoutMs } = this.#options.config;
      return new CodemodeError("tool_timeout", `"${this.name}" did not send ${what} within ${timeoutMs} ms.`);
    }
    const reason = error instanceof Error ? error.message : String(error);
    return new CodemodeError("server_unavailable", `"${this.name}" did not send ${what}: ${reason}`, { cause: error });
  }
}

async function isVerificationError(error: unknown): Promise<boolean> {
  const { SkillVerificationError } = await loadClient();
  return error instanceof SkillVerificationError;
}
