import type { JsonObject, JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Validator } from "../../schema/validator.ts";
import type { SkillDirectory } from "../../skills/shelves/disk/skill-directory.ts";
import type { LoadedSkill } from "../../skills/shelves/disk/skill-options.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { findTools } from "../../languages/discovery.ts";
import type { CallGate } from "../gate.ts";
import type { GuestServices, GuestSkills } from "../guest-services.ts";
import { listSkills, summarizeSkill } from "./describe-skill.ts";
import { findWithSkills } from "./find-with-skills.ts";
import type { NestedRuns } from "./nested-runs.ts";
import { assertArguments, settleArguments } from "./check-arguments.ts";
import { callProgram, chooseFunction, type GivenArguments, passArguments } from "./skill-call.ts";
import type { NamedSkill, SkillRequest, SkillRunRequest } from "./skill-requests.ts";
import type { SkillLibrary } from "./skill-library.ts";
import { originNote } from "./skill-origin.ts";
import { readScriptFiles } from "./script-setup.ts";
import {
  type ListedSkill,
  type ScriptResult,
  toListedSkill,
  toResourceText,
  toScriptResult,
  toWords,
} from "./skill-answers.ts";
import { describeSkillAsTool } from "./skill-views.ts";
import { parseGuestRequest } from "../guest-requests.ts";
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
        return this.#list(directory, request);
      case "skill-load":
        return textOf(directory, await directory.get(nameOf(request)));
      case "skill-resource":
        return toResourceText(
          await directory.readResource(this.#readable(nameOf(request, this.#level.own)), request.resource_name),
        );
      default:
        return this.#run(await directory.get(nameOf(request)), request, services);
    }
  }

  async #list(
    directory: SkillDirectory,
    { query, limit }: Extract<SkillRequest, { kind: "skill-list" }>,
  ): Promise<readonly ListedSkill[]> {
    const { skills } = await listSkills(directory, { query: query ?? undefined, limit: limit ?? undefined });
    return skills.map((skill) => toListedSkill(skill, summarizeSkill(skill)));
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

  get isConfigured(): boolean {
    return this.#surroundings.library.isConfigured;
  }

  async call(name: string, args: JsonValue | undefined, services: GuestServices): Promise<unknown> {
    if (this.#level.server !== undefined) this.#assertOwn({ kind: "skill-load", name });
    const { kind } = await (await this.#surroundings.library.open()).get(name);
    const values = isJsonObject(args) ? args : {};
    const request = parseGuestRequest(
      "skill-run",
      kind === "folder" ? { ...values, name } : { name, arguments: values },
    );
    if (request.kind !== "skill-run") throw new CodemodeError("internal", "A call of a skill became another request.");
    return this.answer(request, services);
  }

  async describe(...[name, options]: Parameters<GuestSkills["describe"]>): ReturnType<GuestSkills["describe"]> {
    if (this.#level.server !== undefined) return undefined;
    return describeSkillAsTool(this.#surroundings.library, name, options);
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
    const { validator } = this.#surroundings;
    const asked: GivenArguments = { named: request.arguments ?? undefined, positional: request.positional };
    const given = settleArguments(fn, asked, validator);
    assertArguments({ skill: skill.name, fn }, given, validator);
    const passed = passArguments(fn, given);
    const code = callProgram(skill.language, skill.identifier, { exportedAs: fn.exportedAs, passed });
    return this.#surroundings.runs.value({ ...level, code }, nested);
  }

  async #runScript(
    skill: Extract<LoadedSkill, { kind: "folder" }>,
    { script, args }: Pick<SkillRunRequest, "args"> & { readonly script: string },
    services: GuestServices,
  ): Promise<ScriptResult> {
    const { library } = this.#surroundings;
    const directory = await library.open();
    const server = skill.provenance?.kind === "server" ? skill.provenance.name : undefined;
    if (!(await library.mayRun(skill.name))) throw scriptsOff(skill.name, server);
    const { path, language, code } = await directory.readScript(skill.name, script);
    const { files, left } = language === "python" ? await readScriptFiles(directory, skill) : { files: [], left: [] };
    const gate = this.#level.gate.narrowed(skillToolRule(skill, server));
    const outcome = await this.#surroundings.runs.script(
      { language, code, depth: this.#level.depth + 1, skill: skill.name, ...(server === undefined ? {} : { server }) },
      { argv: [path, ...toWords(args)], files, folder: skill.name },
      this.#nested(services, { language, gate, own: skill.name, ...(server === undefined ? {} : { server }) }),
    );
    return toScriptResult(outcome, path.replace(/^scripts\//, ""), left);
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
}

function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A skill as one text. */
async function textOf(directory: SkillDirectory, skill: LoadedSkill): Promise<string> {
  if (skill.kind === "code") return skill.code;
  const text = toResourceText(await directory.readResource(skill.name, "SKILL.md"));
  const note = originNote(skill);
  return note === undefined ? text : `${note}\n\n${text}`;
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
