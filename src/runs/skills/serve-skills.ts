import { isRecord } from "../../base/is-record.ts";
import type { JsonValue } from "../../base/json.ts";
import { CodemodeError } from "../../base/codemode-error.ts";
import type { Skills } from "../../skills/skills.ts";
import type { Skill, SkillContent } from "../../skills/skill.ts";
import { scriptName } from "../../languages/skills/skill-view.ts";
import { SKILLS_SERVER } from "../../skills/skill-tools.ts";
import { type NamedSkill, parseGuestRequest, type SkillRequest, type SkillRunRequest } from "../guest-requests.ts";
import type { Run } from "../run.ts";
import { filesOf, originNote, summarizeSkill } from "./describe-skill.ts";
import { readScriptFiles } from "./script-setup.ts";
import { type ScriptResult, toResourceText, toScriptResult, toWords } from "./skill-answers.ts";
import { settleArguments } from "./skill-arguments.ts";
import { callProgram, chooseFunction } from "./skill-call.ts";
import { skillToolRule } from "./tool-rule.ts";

/**
 * Answers what a program asks about skills, or runs one for it within its own budgets. Throws `CodemodeError`. `key` names
 * the request in its run.
 */
export async function answerSkillRequest(run: Run, request: SkillRequest, key: string): Promise<unknown> {
  if (run.server !== undefined) assertOwn(run, request);
  const directory = run.host.skills;
  switch (request.kind) {
    case "skill-list":
      return list(directory, request);
    case "skill-load":
      return textOf(directory, await directory.get(nameOf(request)));
    case "skill-resource":
      return toResourceText(
        await directory.readResource(readable(run, nameOf(request, run.ownSkill)), request.resource_name),
      );
    default:
      return runSkill(run, await directory.get(nameOf(request)), { ...request, key });
  }
}

/** Runs a skill with the arguments it has as a tool: its own, or those of `run_skill` for a folder. */
export async function callSkill(
  run: Run,
  name: string,
  { args, key }: { readonly args: unknown; readonly key: string },
): Promise<unknown> {
  if (run.server !== undefined) assertOwn(run, { kind: "skill-load", name });
  const { kind } = await run.host.skills.get(name);
  const values = isRecord(args) ? args : {};
  const request = parseGuestRequest("skill-run", kind === "folder" ? { ...values, name } : { name, arguments: values });
  if (request.kind !== "skill-run") throw new CodemodeError("internal", "A call of a skill became another request.");
  return answerSkillRequest(run, request, key);
}

async function list(
  directory: Skills,
  { query, limit }: Extract<SkillRequest, { kind: "skill-list" }>,
): Promise<readonly object[]> {
  const { skills } = await directory.list({ query: query ?? undefined, limit: limit ?? undefined });
  return skills.map(toListed);
}

function toListed(skill: Skill): object {
  return { ...summarizeSkill(skill), ...filesOf(skill) };
}

/** A request to run a skill, by its place in the run. */
interface PlacedRequest extends SkillRunRequest {
  readonly key: string;
}

/** A skill as one text. */
async function textOf(directory: Skills, skill: SkillContent): Promise<string> {
  if (skill.kind === "code") return skill.code;
  const text = toResourceText(await directory.readResource(skill.name, "SKILL.md"));
  const note = originNote(skill);
  return note === undefined ? text : `${note}\n\n${text}`;
}

/** A script reads the files of its own skill only, also through skills that it runs. */
function readable({ ownSkill }: Run, name: string): string {
  if (ownSkill === undefined || name === ownSkill) return name;
  throw new CodemodeError("policy_denied", `A script of the skill "${ownSkill}" reads the files of that skill only.`, {
    tool: `${SKILLS_SERVER}__${ownSkill}`,
    hint: "Leave the name of the skill out, or pass the content to the script as an argument.",
  });
}

/** A server's script has access to its own skill only: anything else would be shown to the server. */
function assertOwn({ ownSkill, server }: Run, request: SkillRequest): void {
  if (request.kind !== "skill-list" && nameOf(request, ownSkill) === ownSkill) return;
  throw new CodemodeError("policy_denied", `A script of the server "${server}" has access to its own skill only.`, {
    tool: `${SKILLS_SERVER}__${ownSkill}`,
    hint: "Do it in the program that runs the script.",
  });
}

async function runSkill(run: Run, skill: SkillContent, request: PlacedRequest): Promise<unknown> {
  const { skillDepth } = run.root.limits;
  const tool = `${SKILLS_SERVER}__${skill.name}`;
  if (run.depth >= skillDepth) {
    throw new CodemodeError("call_limit", `Skills run one another more than ${skillDepth} deep.`, {
      tool,
      hint: "Look for a skill that runs itself, or raise the limit skillDepth.",
    });
  }
  if (skill.kind === "code") return runCode(run, skill, request);
  const { script_name: script } = request;
  if (script !== undefined && script !== null) return runScript(run, skill, { ...request, script });
  throw new CodemodeError("invalid_arguments", `The skill "${skill.name}" is a folder: name one of its scripts.`, {
    tool,
    hint: `Pass script_name (and args); load_skill lists its scripts.`,
  });
}

async function runCode(
  run: Run,
  skill: Extract<SkillContent, { kind: "code" }>,
  request: PlacedRequest,
): Promise<JsonValue> {
  const child = run.child({ language: skill.language, skill: skill.name, key: request.key });
  // A program that was saved unchanged has no function: then running it is running the program.
  if (skill.functions.length === 0 && request.function === undefined && isEmpty(request.arguments))
    return child.value(skill.code);
  const fn = chooseFunction(skill, request.function);
  const { validator } = run.host;
  const asked = { named: request.arguments ?? undefined, positional: request.positional };
  const passed = settleArguments({ skill: skill.name, fn }, asked, validator);
  return child.value(callProgram(skill.language, skill.identifier, { exportedAs: fn.exportedAs, passed }));
}

async function runScript(
  run: Run,
  skill: Extract<SkillContent, { kind: "folder" }>,
  { script, args, key }: Pick<PlacedRequest, "args" | "key"> & { readonly script: string },
): Promise<ScriptResult> {
  const directory = run.host.skills;
  const server = skill.provenance?.kind === "server" ? skill.provenance.name : undefined;
  if (!(await directory.mayRun(skill.name))) throw scriptsOff(skill.name, server);
  const { path, language, code } = await directory.readScript(skill.name, script);
  const { files, left } = language === "python" ? await readScriptFiles(directory, skill) : { files: [], left: [] };
  const child = run.child({ language, skill: skill.name, key, script: { server, rule: skillToolRule(skill, server) } });
  const outcome = await child.script(code, { argv: [path, ...toWords(args)], files, folder: skill.name });
  return toScriptResult(outcome, scriptName(path), left);
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
  throw new CodemodeError("invalid_arguments", "Missing skill name.", {
    hint: "Pass the name exactly as list_skills shows it.",
  });
}
