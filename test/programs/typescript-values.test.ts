import { AGENT_TOOL_CASES, GLOBAL_CASES } from "./globals.cases.ts";
import { LOCALE_CASES } from "./locale.cases.ts";
import { testPrograms } from "./program-case.ts";
import { VALUE_CASES } from "./values.cases.ts";

testPrograms("typescript", [...VALUE_CASES, ...LOCALE_CASES, ...GLOBAL_CASES, ...AGENT_TOOL_CASES]);
