import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";
import { FAILED_CALL, helpersSentence, LANGUAGE_GUIDES, NOTHING_ELSE, RULES } from "./program-guide.ts";
import { connectingServers, showTools } from "../tool-list.ts";

const { typescript, python } = LANGUAGE_GUIDES;

const GUIDE = `Runs one program that calls tools and returns only its result. ${RULES.wholeJob} ${RULES.returnLittle} ${RULES.parallel}
${typescript.title}: ${typescript.syntax}
${python.title}: ${python.syntax}
${FAILED_CALL} ${helpersSentence(["typescript", "python"])} ${NOTHING_ELSE}`;

/** Text last written for a catalog, and the servers still connecting then. */
interface WrittenDescription {
  readonly connecting: string;
  readonly description: string;
}

const descriptions = new WeakMap<Catalog, WrittenDescription>();

/**
 * Description of `execute_code` for a model: the rules, and as many tools as the token budget allows. The
 * same tools produce the same bytes.
 */
export function executeCodeDescription(registry: ToolRegistry): string {
  const catalog = registry.catalog();
  const connecting = connectingServers(registry);
  const key = JSON.stringify(connecting);
  const known = descriptions.get(catalog);
  if (known?.connecting === key) return known.description;
  const description = `${GUIDE}\n\n${showTools(catalog, { connecting })}`;
  descriptions.set(catalog, { connecting: key, description });
  return description;
}
