import { COMPLETED_AS_WRITTEN } from "./completed-as-written.cases.ts";
import { BELIEVED_CASES } from "./believed.cases.ts";
import { CONSOLE_CASES, ENCODING_CASES } from "./console.cases.ts";
import { CONTINUED_LINE_CASES, PLATFORM_NAME_CASES } from "./continued-lines.cases.ts";
import { FAILING_AS_WRITTEN } from "./failing-as-written.cases.ts";
import { ENDING_CASES } from "./endings.cases.ts";
import { MODULE_CASES } from "./modules.cases.ts";
import { STRANGE_TEXT_CASES } from "./strange-text.cases.ts";
import { GIVEN_UP_CASES } from "./given-up.cases.ts";
import { HABIT_CASES } from "./habits.cases.ts";
import { LATE_WORK_CASES } from "./late-work.cases.ts";
import { LEAVING_CASES } from "./leaving.cases.ts";
import { MARKDOWN_CASES } from "./markdown.cases.ts";
import { MISTAKEN_CASES } from "./mistaken.cases.ts";
import { SESSION_CASES } from "./sessions.cases.ts";
import { SHAPED_CASES } from "./shaped.cases.ts";
import { testPrograms } from "./program-case.ts";
import { CHECK_CASES, ENTRY_CASES, LANGUAGE_CASES } from "./reading.cases.ts";
import { PROMISE_CASES, WAITING_CASES } from "./waiting.cases.ts";

testPrograms("typescript", [
  ...MARKDOWN_CASES,
  ...BELIEVED_CASES,
  ...WAITING_CASES,
  ...LATE_WORK_CASES,
  ...GIVEN_UP_CASES,
  ...HABIT_CASES,
  ...PROMISE_CASES,
  ...CHECK_CASES,
  ...ENTRY_CASES,
  ...LANGUAGE_CASES,
  ...ENDING_CASES,
  ...MODULE_CASES,
  ...STRANGE_TEXT_CASES,
  ...COMPLETED_AS_WRITTEN,
  ...FAILING_AS_WRITTEN,
  ...MISTAKEN_CASES,
  ...SHAPED_CASES,
  ...SESSION_CASES,
  ...LEAVING_CASES,
  ...CONSOLE_CASES,
  ...CONTINUED_LINE_CASES,
  ...PLATFORM_NAME_CASES,
  ...ENCODING_CASES,
]);
