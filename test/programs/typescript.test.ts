import { MARKDOWN_CASES } from "./markdown.cases.ts";
import { testPrograms } from "./program-case.ts";
import { PROMISE_CASES, WAITING_CASES } from "./waiting.cases.ts";

testPrograms("typescript", [...MARKDOWN_CASES, ...WAITING_CASES, ...PROMISE_CASES]);
