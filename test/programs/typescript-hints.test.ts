import { FOREIGN_CASES } from "./foreign.cases.ts";
import { HINT_CASES } from "./hints.cases.ts";
import { TASK_CASES } from "./tasks.cases.ts";
import { testPrograms } from "./program-case.ts";

testPrograms("typescript", [...HINT_CASES, ...FOREIGN_CASES, ...TASK_CASES]);
