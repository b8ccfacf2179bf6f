import type { Catalog } from "../../catalog/catalog.ts";
import type { ToolRegistry } from "../../sources/tool-registry.ts";
import { FAILED_CALL, helpersSentence, LANGUAGE_GUIDES, NOTHING_ELSE, RULES } from "./program-guide.ts";
import { connectingServers, showTools } from "../tool-list.ts";

const { typescript, python } = LANGUAGE_GUIDES;

const GUIDE = `Runs one program that calls tools and gives back only its result. ${RULES.wholeJob} ${RULES.returnLittle} ${RULES.parallel}
${typescript.title}: ${typescript.syntax}
${python.title}: ${python.syntax}
${FAILED_CALL} ${helpersSentence(["typescript", "python"])} ${NOTHING_ELSE}`;

/** What was written last for a catalog, and for which servers still connecting. */
interface WrittenDescription {
  readonly connecting: string;
  readonly description: string;
}

const descriptions = new WeakMap<Catalog, WrittenDescription>();

/**
 * What a model reads about `execute_code`: the rules, and the tools there are as far as the token budget allows. The
 * same tools give the same bytes.
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
