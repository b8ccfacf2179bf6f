/**
 * The canonical spelling of an import specifier: no leading `./`, no script ending, `generated/servers/` for its alias.
 *
 * What is not a module of ours comes back as it was.
 */
export function normalizeSpecifier(specifier: string): string {
  const bare = specifier.replace(/^(?:\.\/)+/, "").replace(/\.(?:ts|js|mjs|mts)$/, "");
  if (bare.startsWith("generated/mcp/")) return `generated/servers/${bare.slice("generated/mcp/".length)}`;
  if (bare === "generated/mcp") return "generated/servers";
  return /^(?:generated|skills)\/|^codemode$/.test(bare) ? bare : specifier;
}

/** Identifier of the server a normalised specifier names, if it names one. */
export function serverOfSpecifier(normalized: string): string | undefined {
  return /^generated\/servers\/([^/]+)$/.exec(normalized)?.[1];
}

/** Whether an imported name may stand for a type: it is spelled like one and never used as a value. */
export function mayBeType({
  imported,
  usedAsValue,
}: {
  readonly imported: string;
  readonly usedAsValue: boolean;
}): boolean {
  return !usedAsValue && /^[A-Z]/.test(imported);
}
