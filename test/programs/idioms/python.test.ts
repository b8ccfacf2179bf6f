/** Whole tasks as models write them: more than two hundred programs, each in a process of its own. Run by `npm run test:idioms`. */
import { PYTHON_COMPLETED_AS_WRITTEN } from "../python-completed-as-written.cases.ts";
import { PYTHON_FAILING_AS_WRITTEN } from "../python-failing-as-written.cases.ts";
import { PYTHON_IDIOM_CASES } from "../python-idioms.cases.ts";
import { PYTHON_SLIP_CASES } from "../python-slips.cases.ts";
import { PYTHON_TASK_CASES } from "../python-tasks.cases.ts";
import { testPrograms } from "../program-case.ts";

testPrograms("python", [
  ...PYTHON_COMPLETED_AS_WRITTEN,
  ...PYTHON_FAILING_AS_WRITTEN,
  ...PYTHON_TASK_CASES,
  ...PYTHON_SLIP_CASES,
  ...PYTHON_IDIOM_CASES,
]);
