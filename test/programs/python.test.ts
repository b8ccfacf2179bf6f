import { ARGUMENT_CASES } from "./python-arguments.cases.ts";
import { PYTHON_MODULE_CASES } from "./modules.cases.ts";
import { PYTHON_STRANGE_TEXT_CASES } from "./strange-text.cases.ts";
import { PYTHON_GIVEN_UP_CASES } from "./given-up.cases.ts";
import { PYTHON_BELIEVED_CASES } from "./believed.cases.ts";
import { HINT_CASES } from "./python-hints.cases.ts";
import {
  PYTHON_AGENT_TOOL_CASES,
  PYTHON_AGENT_TOOL_MEMBER_CASES,
  PYTHON_IMPORT_CASES,
} from "./python-imports.cases.ts";
import { LOOP_CASES } from "./python-loops.cases.ts";
import { PYTHON_MARKDOWN_CASES } from "./python-markdown.cases.ts";
import { CONVERSION_CASES, SURROUNDINGS_CASES, VALUE_CASES } from "./python-programs.cases.ts";
import { PLACE_OF_RESULT_CASES, UNAWAITED_CASES } from "./python-unawaited.cases.ts";
import { PYTHON_MISTAKEN_CASES } from "./mistaken.cases.ts";
import { PYTHON_SESSION_CASES } from "./sessions.cases.ts";
import { inOneSession, testPrograms } from "./program-case.ts";

/** In a session a name may be anything that an earlier program made, so that less is refused before a run. */
const refusedEarly = ARGUMENT_CASES.map(({ id }) => id).filter((id) => id.startsWith("refused before the run"));

/** The value of a program is what its only function gives. */
const ofFirstDefinitions = [
  "an async function nobody calls",
  "a function nobody calls",
  "run with helpers",
  "one function of any name",
  "a generator function",
  "a function that needs arguments",
  "two functions without a beginning",
  "an assignment at the end",
];

/** What these use is imported for them, unless an earlier program has it. */
const importedUnasked = [...PYTHON_IMPORT_CASES, ...PYTHON_AGENT_TOOL_CASES]
  .map(({ id }) => id)
  .filter((id) => /asyncio|datetime|json|codemode|emit|sleep/.test(id));

testPrograms("python", [
  ...inOneSession(
    [
      ...PYTHON_MARKDOWN_CASES,
      ...LOOP_CASES,
      ...PYTHON_GIVEN_UP_CASES,
      ...PLACE_OF_RESULT_CASES,
      ...CONVERSION_CASES,
      ...SURROUNDINGS_CASES,
      ...HINT_CASES,
      ...PYTHON_AGENT_TOOL_MEMBER_CASES,
      ...PYTHON_MODULE_CASES,
      ...PYTHON_STRANGE_TEXT_CASES,
      ...PYTHON_MISTAKEN_CASES,
      ...VALUE_CASES,
      ...UNAWAITED_CASES,
      ...PYTHON_IMPORT_CASES,
      ...PYTHON_AGENT_TOOL_CASES,
      ...ARGUMENT_CASES,
    ],
    [
      "a module of the standard library for what it has not",
      "a tool that is misspelt",
      "a traceback that a program prints has its own frames alone",
      "except of Python 2",
      "a misspelt variable",
      "no code at all",
      ...refusedEarly,
      ...ofFirstDefinitions,
      ...importedUnasked,
    ],
  ),
  ...PYTHON_BELIEVED_CASES,
  ...PYTHON_SESSION_CASES,
]);
