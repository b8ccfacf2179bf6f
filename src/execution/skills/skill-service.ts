import type { JsonValue } from "../../bridge/json.ts";
import { CodemodeError } from "../../errors/codemode-error.ts";
import type { Validator } from "../../schema/validator.ts";
import type { LoadedSkill } from "../../skills/directory/skill-options.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { findTools } from "../discovery.ts";
import type { CallGate } from "../gate.ts";
import type { GuestServices, GuestSkills } from "../guest-services.ts";
import { describeSkill, summarizeSkills } from "./describe-skill.ts";
import { findWithSkills } from "./find-with-skills.ts";
import type { NestedRuns } from "./nested-runs.ts";
import { callProgram, chooseFunction, type GivenArguments, passArguments } from "./skill-call.ts";
import type { NamedSkill, SkillRequest, SkillRunRequest } from "./skill-requests.ts";
import type { SkillLibrary } from "./skill-library.ts";
import { readScriptFiles } from "./script-setup.ts";
import { skillToolRule } from "./tool-rule.ts";

/** What skills are run with, the same for a program and all that it runs. */
export interface SkillSurroundings {
  readonly library: SkillLibrary;
  readonly runs: NestedRuns;
  readonly validator: Validator;
  readonly skillDepth: number;
}

/** How deep in a chain of skills a program is, and what it may do there. */
export interface SkillLevel {
  /** 0 for the program itself. */
  readonly depth: number;
  readonly gate: CallGate;
  /** The folder skill whose script the program is. */
  readonly own?: string;
  /** The server that publishes that skill, whose script then knows of nothing but that server. */
  readonly server?: string;
}

/** Answers what one program asks about skills, and runs them for it within its own budgets. */
export class SkillService implements GuestSkills {
  readonly #surroundings: SkillSurroundings;
  readonly #level: SkillLevel;

  constructor(surroundings: SkillSurroundings, level: SkillLevel) {
    this.#surroundings = surroundings;
    this.#level = level;
  }

  async answer(request: SkillRequest, services: GuestServices): Promise<unknown> {
    if (this.#level.server !== undefined) this.#assertOwn(request);
    const directory = await this.#surroundings.library.open();
    switch (request.kind) {
      case "skill-list":
        return summarizeSkills(directory, {
          query: request.query ?? undefined,
          limit: request.limit ?? undefined,
        });
      case "skill-load":
        return describeSkill(await directory.get(nameOf(request)));
      case "skill-resource":
        return directory.readResource(this.#readable(nameOf(request, this.#level.own)), request.resource_name);
      default:
        return this.#run(await directory.get(nameOf(request)), request, services);
    }
  }

  /** A script reads the files of its own skill only, also through skills that it runs. */
  #readable(name: string): string {
    const { own } = this.#level;
    if (own === undefined || name === own) return name;
    throw new CodemodeError("policy_denied", `A script of the skill "${own}" reads the files of that skill only.`, {
      tool: `${SKILLS_SERVER}__${own}`,
      hint: "Leave the name of the skill out, or pass the content to the script as an argument.",
    });
  }

  /** What a server's script may know of skills is its own one: anything else would be told to the server. */
  #assertOwn(request: SkillRequest): void {
    const { own, server } = this.#level;
    if (request.kind !== "skill-list" && nameOf(request, own) === own) return;
    throw new CodemodeError("policy_denied", `A script of the server "${server}" has access to its own skill only.`, {
      tool: `${SKILLS_SERVER}__${own}`,
      hint: "Do it in the program that runs the script.",
    });
  }

  find(...[catalog, query, options]: Parameters<GuestSkills["find"]>): ReturnType<GuestSkills["find"]> {
    const { server } = this.#level;
    if (server !== undefined) return findTools(catalog, query, { ...options, server });
    return findWithSkills({ catalog, skills: this.#surroundings.library }, query, options);
  }

  async #run(skill: LoadedSkill, request: SkillRunRequest, services: GuestServices): Promise<unknown> {
    const { skillDepth } = this.#surroundings;
    if (this.#level.depth >= skillDepth) {
      throw new CodemodeError("call_limit", `Skills run one another more than ${skillDepth} deep.`, {
        tool: `${SKILLS_SERVER}__${skill.name}`,
        hint: "Look for a skill that runs itself, or raise the limit skillDepth.",
      });
    }
    const { script_name: script } = request;
    if (skill.kind === "code") return this.#runCode(skill, request, services);
    if (script !== undefined && script !== null) return this.#runScript(skill, { ...request, script }, services);
    throw new CodemodeError("invalid_arguments", `The skill "${skill.name}" is a folder: name one of its scripts.`, {
      tool: `${SKILLS_SERVER}__${skill.name}`,
      hint: `Give script_name (and args); load_skill tells which scripts it has.`,
    });
  }

  async #runCode(
    skill: Extract<LoadedSkill, { kind: "code" }>,
    request: SkillRunRequest,
    services: GuestServices,
  ): Promise<JsonValue> {
    const level = { language: skill.language, depth: this.#level.depth + 1, skill: skill.name };
    const nested = this.#nested(services, { language: skill.language });
    // A program that was saved as it was has no function: then running it is running the program.
    if (skill.functions.length === 0 && request.function === undefined && isEmpty(request.arguments))
      return this.#surroundings.runs.value({ ...level, code: skill.code }, nested);
    const fn = chooseFunction(skill, request.function);
    const given: GivenArguments = { named: request.arguments ?? undefined, positional: request.positional };
    if (request.positional === undefined) this.#assertArguments(skill.name, fn.inputSchema, given.named ?? {});
    const passed = passArguments(fn, given);
    const code = callProgram(skill.language, skill.identifier, { exportedAs: fn.exportedAs, passed });
    return this.#surroundings.runs.value({ ...level, code }, nested);
  }

  async #runScript(
    skill: Extract<LoadedSkill, { kind: "folder" }>,
    { script, args }: { readonly script: string; readonly args?: readonly string[] | null | undefined },
    services: GuestServices,
  ): Promise<unknown> {
    const { library } = this.#surroundings;
    const directory = await library.open();
    const server = skill.provenance?.kind === "server" ? skill.provenance.name : undefined;
    if (!(await library.mayRun(skill.name))) throw scriptsOff(skill.name, server);
    const { path, language, code } = await directory.readScript(skill.name, script);
    const { files, left } = language === "python" ? await readScriptFiles(directory, skill) : { files: [], left: [] };
    const gate = this.#level.gate.narrowed(skillToolRule(skill, server));
    const result = await this.#surroundings.runs.script(
      { language, code, depth: this.#level.depth + 1, skill: skill.name, ...(server === undefined ? {} : { server }) },
      { argv: [path, ...(args ?? [])], files, folder: skill.name },
      this.#nested(services, { language, gate, own: skill.name, ...(server === undefined ? {} : { server }) }),
    );
    return { ...result, ...(left.length === 0 ? {} : { files_left_out: left }) };
  }

  #nested(
    services: GuestServices,
    {
      language,
      gate = this.#level.gate,
      own = this.#level.own,
      server = this.#level.server,
    }: {
      readonly language: "typescript" | "python";
      readonly gate?: CallGate;
      readonly own?: string | undefined;
      readonly server?: string | undefined;
    },
  ): GuestServices {
    const named = { ...(own === undefined ? {} : { own }), ...(server === undefined ? {} : { server }) };
    const skills = new SkillService(this.#surroundings, { depth: this.#level.depth + 1, gate, ...named });
    return services.nested({ language, gate, skills, ...(server === undefined ? {} : { server }) });
  }

  #assertArguments(name: string, schema: Parameters<Validator["validate"]>[0], args: object): void {
    const verdict = this.#surroundings.validator.validate(schema, args);
    if (verdict.ok) return;
    const problems = verdict.issues.map(({ message }) => message).join("; ");
    throw new CodemodeError("invalid_arguments", `The skill "${name}" cannot take these arguments: ${problems}.`, {
      tool: `${SKILLS_SERVER}__${name}`,
      hint: verdict.issues[0]?.fix,
    });
  }
}

function scriptsOff(name: string, server: string | undefined): CodemodeError {
  return new CodemodeError("policy_denied", `Scripts of the skill "${name}" may not run: they come from a server.`, {
    tool: `${SKILLS_SERVER}__${name}`,
    hint:
      `Read the script with read_skill_resource and do the same yourself. Whoever trusts it can list the skill in ` +
      `mcpServers.${server ?? "NAME"}.skills.runScripts of the configuration.`,
  });
}

function isEmpty(values: object | null | undefined): boolean {
  return Object.keys(values ?? {}).length === 0;
}

function nameOf({ name, skill_name: alias }: NamedSkill, own?: string): string {
  const given = name ?? alias ?? own;
  if (given !== undefined) return given;
  throw new CodemodeError("invalid_arguments", "No skill is named.", { hint: "Give its name, as list_skills has it." });
}
