import { isRecord } from "../../base/is-record.ts";
import { closestName } from "../../base/closest-name.ts";
import * as z from "zod";
import { CodemodeError } from "../../base/codemode-error.ts";
import { defaultLimits, parseLimits } from "../../engines/limits.ts";
import { POLICY_PRESETS } from "../../runs/decisions/policy.ts";
import { assertRulesMatch } from "../../runs/decisions/check-policy.ts";
import { wordIssue } from "../../sources/mcp/config-issue.ts";
import { adoptRoots } from "./adopt-roots.ts";
import type { Configuration } from "./configuration.ts";

/**
 * Checks a configuration. Throws `config_error` that names the place and the fix. Entries of servers are checked when
 * they are added, so that a wrong one costs that server alone.
 *
 * Variables such as `${TOKEN}` stay unchanged; they are expanded when a server is started.
 */
export function parseConfiguration(value: unknown): Configuration {
  const parsed = schema.safeParse(adoptRoots(value).value);
  if (!parsed.success) throw toConfigError(parsed.error.issues[0]);
  const { $schema: _, ...configuration } = parsed.data;
  if (configuration.limits !== undefined) parseLimits(configuration.limits, defaultLimits("typescript"));
  assertRulesMatch(configuration.policy ?? {});
  return configuration;
}

const decision = z.enum(["allow", "ask", "deny"]);

const policy = z.strictObject({
  preset: z.enum(POLICY_PRESETS).exactOptional(),
  default: decision.exactOptional(),
  inDoubt: z.enum(["ask", "fail", "retry"]).exactOptional(),
  rules: z
    .array(
      z.strictObject({
        tools: z.string().min(1).exactOptional(),
        annotation: z.enum(["readOnly", "destructive"]).exactOptional(),
        arguments: z.record(z.string(), z.string()).exactOptional(),
        decision,
        reason: z.string().min(1).exactOptional(),
      }),
    )
    .exactOptional(),
});

const commandHook = z.strictObject({
  tools: z.string().min(1).exactOptional(),
  command: z.string().min(1),
  timeoutMs: z.number().int().positive().max(600_000).exactOptional(),
});

const server = z.strictObject({
  mode: z.enum(["code", "search", "direct", "auto"]).exactOptional(),
  client: z.string().min(1).exactOptional(),
  tools: z.enum(["minimal", "standard", "full"]).exactOptional(),
  catalogTokens: z.number().int().min(0).exactOptional(),
  allowCallTool: z.boolean().exactOptional(),
  allowAddServer: z.boolean().exactOptional(),
  publishSkills: z.boolean().exactOptional(),
  shared: z.boolean().exactOptional(),
  http: z
    .string()
    .regex(/^(\[[0-9a-fA-F:]+\]|[^:]+):\d{1,5}$/, "must be HOST:PORT")
    .exactOptional(),
  allowedHosts: z
    .array(z.string().regex(/^([^\s/:@?#[\]]+|\[[0-9a-fA-F:.]+\])(:\d{1,5})?$/, "must be HOST or HOST:PORT"))
    .exactOptional(),
  token: z.string().min(1).exactOptional(),
  tokens: z
    .array(
      z
        .strictObject({
          name: z.string().min(1),
          token: z.string().min(1).exactOptional(),
          sha256: z
            .string()
            .regex(/^[0-9a-fA-F]{64}$/, "must be 64 hexadecimal digits")
            .exactOptional(),
        })
        .refine(
          ({ token, sha256 }) => (token === undefined) !== (sha256 === undefined),
          "needs one of token and sha256",
        ),
    )
    .exactOptional(),
  oauth: z
    .strictObject({
      issuer: z.url("must be a URL"),
      audience: z.string().min(1).exactOptional(),
      scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/, "must be a scope")).exactOptional(),
      jwksUri: z.url("must be a URL").exactOptional(),
      resource: z.url("must be a URL").exactOptional(),
    })
    .exactOptional(),
  maxSessions: z.number().int().positive().exactOptional(),
  maxBodyBytes: z.number().int().positive().exactOptional(),
});

const schema: z.ZodType<Configuration & { readonly $schema?: string }> = z.strictObject({
  $schema: z.string().exactOptional(),
  // As it is, since a record would lose an entry named `__proto__` without a word.
  mcpServers: z.custom<NonNullable<Configuration["mcpServers"]>>(isRecord, "must be an object").exactOptional(),
  policy: policy.exactOptional(),
  approvals: z
    .strictObject({
      by: z
        .array(z.enum(["elicitation", "cli"]))
        .min(1, "must name elicitation, cli or both")
        .exactOptional(),
      expireMs: z.number().int().positive().exactOptional(),
    })
    .exactOptional(),
  hooks: z
    .strictObject({
      beforeToolCall: z.array(commandHook).exactOptional(),
      afterToolCall: z.array(commandHook).exactOptional(),
    })
    .exactOptional(),
  limits: z.custom<NonNullable<Configuration["limits"]>>(isRecord, "must be an object").exactOptional(),
  typeCheck: z.boolean().exactOptional(),
  server: server.exactOptional(),
  skills: z
    .strictObject({ directories: z.array(z.string()).exactOptional(), readOnly: z.boolean().exactOptional() })
    .exactOptional(),
  store: z
    .strictObject({
      journal: z.enum(["sqlite", "memory", "none"]).exactOptional(),
      synchronous: z.enum(["NORMAL", "FULL"]).exactOptional(),
      keepDays: z.number().min(0).exactOptional(),
      keepBytes: z.number().int().min(0).exactOptional(),
    })
    .exactOptional(),
  stateDir: z.string().min(1).exactOptional(),
});

/** Keys that a configuration has, by the places they stand at: "" for the whole. */
export const KNOWN_KEYS: Readonly<Record<string, readonly string[]>> = {
  "": ["mcpServers", "policy", "approvals", "hooks", "limits", "typeCheck", "server", "skills", "store", "stateDir"],
  store: ["journal", "synchronous", "keepDays", "keepBytes"],
  policy: ["preset", "rules", "default", "inDoubt"],
  "policy.rules": ["tools", "annotation", "arguments", "decision", "reason"],
  approvals: ["by", "expireMs"],
  hooks: ["beforeToolCall", "afterToolCall"],
  "hooks.beforeToolCall": ["tools", "command", "timeoutMs"],
  "hooks.afterToolCall": ["tools", "command", "timeoutMs"],
  server: [
    "mode",
    "client",
    "tools",
    "catalogTokens",
    "allowCallTool",
    "allowAddServer",
    "publishSkills",
    "shared",
    "http",
    "allowedHosts",
    "token",
    "tokens",
    "oauth",
    "maxSessions",
    "maxBodyBytes",
  ],
  "server.oauth": ["issuer", "audience", "scopes", "jwksUri", "resource"],
  skills: ["directories", "readOnly"],
};

const ADOPT = "The settings of another client are read by `codemode import`, which makes a configuration of them. ";

function toConfigError(issue: z.core.$ZodIssue | undefined): CodemodeError {
  if (issue === undefined) return new CodemodeError("config_error", "This is not a configuration.");
  const place = issue.path.map(String).join(".");
  if (issue.code !== "unrecognized_keys") {
    const subject = place === "" ? "The configuration" : place;
    return new CodemodeError("config_error", `${subject} ${wordIssue(issue)}.`, {
      hint: `Correct ${place === "" ? "it" : place}.`,
    });
  }
  const [key = ""] = issue.keys;
  const known = KNOWN_KEYS[issue.path.filter((part) => typeof part === "string").join(".")] ?? [];
  const meant = closestName(key, known);
  const near = meant === undefined ? "" : `Did you mean ${meant}? `;
  return new CodemodeError("config_error", `${place === "" ? key : `${place}.${key}`} is not a known setting.`, {
    hint: `${place === "" && meant === undefined ? ADOPT : near}Known here: ${known.join(", ")}.`,
  });
}
