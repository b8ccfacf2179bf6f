import { isRecord } from "../../base/is-record.ts";
import { toCodemodeError } from "../../base/codemode-error.ts";
import { assertRulesMatch } from "../../runs/decisions/check-policy.ts";
import type { PolicyDecision, PolicyRule } from "../../runs/decisions/policy.ts";

/** A file of settings of another client, read and parsed already. */
interface ForeignFile {
  /** Name of the client, `claude-code` for instance. */
  readonly from: string;
  readonly file: string;
  readonly settings: unknown;
}

/** A rule of another client in our terms, and where it came from. */
interface ForeignRule extends PolicyRule {
  readonly tools: string;
  readonly from: string;
  readonly file: string;
}

/** A rule that has no equal here. */
interface LeftRule {
  /** As its client writes it. */
  readonly rule: string;
  readonly from: string;
  readonly file: string;
  readonly reason: string;
}

/** One rule as it is read, before its place among the others is known. */
type ReadRule =
  | {
      readonly rule: string;
      readonly tools: string;
      readonly decision: PolicyDecision;
      readonly annotation?: "readOnly";
    }
  | { readonly rule: string; readonly reason: string };

/**
 * The permission rules of other clients as rules of a policy: what any file denies comes first, then what any asks for, then
 * what is allowed, since that is the order most clients go by; the rules of Codex and opencode keep their own. Rules about anything but tools of MCP servers, about servers
 * that are not there, and those that an earlier rule decides are left out with the reason.
 *
 * @param servers names of the servers that the configuration has
 */
export function foreignRules(
  files: readonly ForeignFile[],
  servers: readonly string[],
): { readonly rules: readonly ForeignRule[]; readonly left: readonly LeftRule[] } {
  const rules: ForeignRule[] = [];
  const left: LeftRule[] = [];
  const said = files.flatMap(({ from, file, settings }) =>
    (READERS[from] ?? readServerLists)(isRecord(settings) ? settings : {}, servers).map((each) =>
      Object.assign(each, { from, file }),
    ),
  );
  for (const each of said.toSorted((one, other) => rankOf(one) - rankOf(other))) {
    if (!("decision" in each)) {
      left.push(each);
      continue;
    }
    const { rule, from, file, ...own } = each;
    const reason = problemOf([...rules, own], servers);
    if (reason === undefined) rules.push({ ...own, from, file });
    else left.push({ rule, from, file, reason });
  }
  return { rules, left };
}

/** Clients whose rules hold in the order in which they are read. */
const IN_ORDER = new Set(["codex", "opencode"]);

function rankOf(rule: ReadRule & { readonly from: string }): number {
  if (!("decision" in rule)) return 3;
  if (IN_ORDER.has(rule.from)) return 1;
  return ["deny", "ask", "allow"].indexOf(rule.decision);
}

/** Why the last of some rules would never match. */
function problemOf(rules: readonly PolicyRule[], servers: readonly string[]): string | undefined {
  try {
    assertRulesMatch({ rules }, servers);
    return undefined;
  } catch (thrown) {
    return toCodemodeError(thrown).message.replace(/^.*can never match: /, "");
  }
}

type Reader = (settings: Readonly<Record<string, unknown>>, servers: readonly string[]) => readonly ReadRule[];

const READERS: Readonly<Record<string, Reader>> = {
  "claude-code": (settings) => [
    ...readLists(settings["permissions"], (rule) => mcpTool(rule, /^mcp__/)),
    ...textsOf(settings["allowedTools"]).map((rule) => found(rule, "allow", mcpTool(rule, /^mcp__/))),
  ],
  cursor: (settings) => [
    ...readLists(settings["permissions"], (rule) => {
      const [, server, tool] = /^Mcp\(([^:)]+):([^)]+)\)$/.exec(rule) ?? [];
      return server === undefined ? undefined : `${server}__${tool}`;
    }),
    ...readServerLists(settings),
  ],
  codex: readCodex,
  opencode: readOpencode,
};

const NOT_MCP = "it is not about a tool of an MCP server";
const CONDITION = "its condition in brackets cannot be checked here";

/** `deny`, `ask` and `allow`, each a list of rules. A condition that cannot be checked makes a denial wider, never a permission. */
function readLists(value: unknown, toolsOf: (rule: string) => string | undefined): readonly ReadRule[] {
  const lists = isRecord(value) ? value : {};
  return (["deny", "ask", "allow"] as const).flatMap((decision) =>
    textsOf(lists[decision]).map((rule) => found(rule, decision, toolsOf(rule))),
  );
}

function found(rule: string, decision: PolicyDecision, tools: string | undefined): ReadRule {
  if (tools === undefined) return { rule, reason: NOT_MCP };
  if (decision === "allow" && tools.endsWith(")")) return { rule, reason: CONDITION };
  return { rule, decision, tools: tools.replace(/\(.*\)$/s, "") };
}

/** `mcp__server__tool`, `mcp__server__*` and `mcp__server` as a pattern of ours. */
function mcpTool(rule: string, prefix: RegExp): string | undefined {
  if (!prefix.test(rule)) return rule === "*" ? "*" : undefined;
  const name = rule.replace(prefix, "");
  if (name === "*") return name;
  return name.includes("__") ? name : `${name}__*`;
}

/** Tools that an entry of a server allows without asking, as several clients write it, or all of a trusted server. */
function readServerLists(settings: Readonly<Record<string, unknown>>): readonly ReadRule[] {
  return serversOf(settings).flatMap(([server, entry]) => {
    const named = ["alwaysAllow", "autoApprove"].flatMap((key) => textsOf(entry[key]));
    const all = entry["trust"] === true ? ["*"] : [];
    return [...named, ...all].map((tool) => found(tool, "allow", `${server}__${tool}`));
  });
}

/** `approval_mode` of a tool, and of a server for all its tools. */
function readCodex(settings: Readonly<Record<string, unknown>>): readonly ReadRule[] {
  return serversOf(settings).flatMap(([server, entry]) => {
    const tools = Object.entries(isRecord(entry["tools"]) ? entry["tools"] : {});
    const modes = tools.map(([tool, own]): readonly [string, unknown] => [
      `${server}__${tool}`,
      isRecord(own) ? own["approval_mode"] : undefined,
    ]);
    modes.push([`${server}__*`, entry["default_tools_approval_mode"]]);
    return modes.flatMap(([pattern, mode]) => codexMode(pattern, mode));
  });
}

function codexMode(tools: string, mode: unknown): readonly ReadRule[] {
  const rule = `approval_mode ${JSON.stringify(mode)} of ${tools}`;
  if (mode === "approve") return [{ rule, tools, decision: "allow" }];
  if (mode === "prompt") return [{ rule, tools, decision: "ask" }];
  if (mode !== "auto") return mode === undefined ? [] : [{ rule, reason: "this mode is not known here" }];
  return [{ rule, tools, decision: "allow", annotation: "readOnly" }];
}

/** `permission` by patterns of `server_tool`, of which the last that matches decides, and `tools` that are switched off. */
function readOpencode(settings: Readonly<Record<string, unknown>>, servers: readonly string[]): readonly ReadRule[] {
  const permission = Object.entries(isRecord(settings["permission"]) ? settings["permission"] : {}).reverse();
  const off = Object.entries(isRecord(settings["tools"]) ? settings["tools"] : {}).filter(([, is]) => is === false);
  return [...permission, ...off.map(([name]) => [name, "deny"] as const)].map(([rule, decision]) => {
    if (decision !== "allow" && decision !== "ask" && decision !== "deny") return { rule, reason: CONDITION };
    const server = servers.find((name) => rule.startsWith(`${name}_`));
    const named = server === undefined ? undefined : `${server}__${rule.slice(server.length + 1)}`;
    return found(rule, decision, rule === "*" ? rule : named);
  });
}

function serversOf(
  settings: Readonly<Record<string, unknown>>,
): readonly [string, Readonly<Record<string, unknown>>][] {
  const maps = ["mcpServers", "mcp_servers", "servers", "context_servers"].map((key) => settings[key]);
  return maps
    .filter(isRecord)
    .flatMap((map) =>
      Object.entries(map).flatMap(([name, entry]): [string, Readonly<Record<string, unknown>>][] =>
        isRecord(entry) ? [[name, entry]] : [],
      ),
    );
}

function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
}
