import { MARKDOWN_CASES } from "./markdown.cases.ts";
import { testPrograms } from "./program-case.ts";

testPrograms("Markdown around a TypeScript program", "typescript", MARKDOWN_CASES);
