import { mayBeType, serverOfSpecifier } from "../program/import-specifier.ts";
import type { ToolCallSite } from "../program/tool-calls.ts";
import { type Checked, didYouMean } from "./checked.ts";
import type { Finding } from "./finding.ts";
import type { Diagnostic } from "./native-server.ts";

const MISSING_MODULE: ReadonlySet<number> = new Set([2307, 2792, 2306, 2732, 2580, 2591]);
const MISSING_EXPORT: ReadonlySet<number> = new Set([2305, 2614, 2724, 1192, 2613]);
const MISSING_PROPERTY: ReadonlySet<number> = new Set([2339, 2551]);

const IMPORTABLE =
  "Only `generated/servers/<server>`, `generated/skills`, `skills/<name>` and `codemode` can be imported; files, network and packages are reached through tools.";

/** Static imports of modules that do not exist, and of names a module does not have. */
export function findMissingModules(semantic: readonly Diagnostic[], checked: Checked): readonly Finding[] {
  const { prepared } = checked;
  return semantic.flatMap(({ code, pos, end, text }): Finding[] => {
    const word = prepared.code.slice(pos, end);
    if (MISSING_MODULE.has(code) && /^["']/.test(word)) return missingModule(word.slice(1, -1), pos, checked);
    if (!MISSING_EXPORT.has(code)) return [];
    const found = prepared.imports
      .flatMap((module) => module.names.map((name) => ({ module, name })))
      .find(({ name }) => !mayBeType(name) && (name.imported === word || name.local === word));
    if (found === undefined) return [];
    const server = serverOfSpecifier(found.module.normalized);
    const asked = server === undefined ? word : `${server}__${word}`;
    const message =
      server === undefined
        ? `\`${found.module.specifier}\` has no \`${word}\`.`
        : `The server \`${server}\` has no tool \`${word}\`.`;
    const near = server === undefined ? (/Did you mean '([^']+)'/.exec(text)?.slice(1) ?? []) : checked.suggest(asked);
    return [
      {
        code: "unknown_tool",
        pos,
        message,
        tool: server === undefined ? undefined : asked,
        hint: didYouMean(near) || IMPORTABLE,
      },
    ];
  });
}

function missingModule(specifier: string, pos: number, { prepared, suggest }: Checked): Finding[] {
  const found = prepared.imports.find((module) => module.specifier === specifier);
  if (found === undefined) return [];
  const server = serverOfSpecifier(found.normalized);
  const message = server === undefined ? `There is no module \`${specifier}\`.` : `There is no server \`${server}\`.`;
  return [{ code: "unknown_tool", pos, message, hint: (server && didYouMean(suggest(server))) || IMPORTABLE }];
}

/** Calls of tools that a server does not have, and of servers that do not exist. Properties the program also asks for are left alone. */
export function findMissingTools(semantic: readonly Diagnostic[], checked: Checked): readonly Finding[] {
  const { prepared, sessionNames, suggest } = checked;
  const suspects = semantic.filter(({ code }) => MISSING_PROPERTY.has(code));
  if (suspects.length === 0) return [];
  const sites = prepared.toolCalls();
  const word = ({ pos, end }: Diagnostic): string => prepared.code.slice(pos, end);
  const called = suspects.map((suspect) => ({
    suspect,
    site: sites.find((site) => isAskedFor(suspect, site, prepared.code)),
  }));
  const probed = new Set(called.filter(({ site }) => site === undefined).map(({ suspect }) => word(suspect)));
  return called.flatMap(({ suspect, site }): Finding[] => {
    if (site === undefined || probed.has(word(suspect)) || sessionNames.includes(rootOf(site, prepared.code)))
      return [];
    if (word(suspect) === site.server) {
      return [
        {
          code: "unknown_tool",
          pos: suspect.pos,
          message: `There is no server \`${site.server}\`.`,
          hint: didYouMean(suggest(site.server)) || IMPORTABLE,
        },
      ];
    }
    if (!suspect.text.includes("generated/servers/")) return [];
    const tool = `${site.server}__${site.tool}`;
    const message = `The server \`${site.server}\` has no tool \`${site.tool}\`.`;
    return [{ code: "unknown_tool", pos: suspect.pos, message, tool, hint: didYouMean(suggest(tool)) || IMPORTABLE }];
  });
}

/** Whether a missing property is what a call, not an optional one, calls or reaches through. */
function isAskedFor({ pos, end }: Diagnostic, { callee, server }: ToolCallSite, code: string): boolean {
  if (pos < callee.start || end > callee.end || code.startsWith("?.", callee.end)) return false;
  return end === callee.end || (code.startsWith("servers", callee.start) && code.slice(pos, end) === server);
}

/** The name at the root of a callee. */
export function rootOf(site: ToolCallSite, code: string): string {
  return /^[\w$]*/.exec(code.slice(site.callee.start, site.callee.start + 200))?.[0] ?? "";
}
