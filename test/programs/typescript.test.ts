import { MARKDOWN_CASES } from "./markdown.cases.ts";
import { testPrograms } from "./program-case.ts";

testPrograms("typescript", MARKDOWN_CASES);
