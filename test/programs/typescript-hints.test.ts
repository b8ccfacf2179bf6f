import { FOREIGN_CASES } from "./foreign.cases.ts";
import { HINT_CASES } from "./hints.cases.ts";
import { TASK_HABIT_CASES } from "./task-habits.cases.ts";
import { TASK_IDIOM_CASES } from "./task-idioms.cases.ts";
import { TASK_SLIP_CASES } from "./task-slips.cases.ts";
import { TASK_CASES } from "./tasks.cases.ts";
import { testPrograms } from "./program-case.ts";

testPrograms("typescript", [
  ...HINT_CASES,
  ...FOREIGN_CASES,
  ...TASK_CASES,
  ...TASK_HABIT_CASES,
  ...TASK_SLIP_CASES,
  ...TASK_IDIOM_CASES,
]);
