import { expect, test } from "vitest";
import { splitTerms } from "./split-terms.ts";
import { effectOfVerb, standingBehind, traitsOf } from "./traits.ts";

const behind = (request: string, toolName: string, hints: { description?: string; readOnlyHint?: boolean } = {}) => {
  const { description = "", ...annotations } = hints;
  const effect =
    splitTerms(toolName)
      .map(effectOfVerb)
      .find((each) => each > 0) ?? 0;
  return standingBehind(request.split(" "))[traitsOf({ description, annotations }, effect)] ?? Number.NaN;
};

test.each(["issue", "what is in my list", "create an issue", "list the issues", "remember it"])(
  "a tool that removes stands behind all others for a request that does not ask for it: %s",
  (request) => {
    const others = ["get_issue", "create_issue", "issue"].map((name) => behind(request, name));
    expect(behind(request, "delete_issue")).toBeGreaterThan(Math.max(...others));
  },
);

test.each(["delete the issue", "cancelling my trip", "get rid of it", "the lights off"])(
  "for a request with a verb that removes none stands behind: %s",
  (request) => {
    expect(["get_issue", "create_issue", "delete_issue"].map((name) => behind(request, name))).toEqual([0, 0, 0]);
  },
);

test("without a verb and in a question those that read come before those that write, and else after them", () => {
  for (const request of ["issue", "which issues were made"])
    expect(behind(request, "get_issue")).toBeLessThan(behind(request, "create_issue"));
  for (const request of ["create an issue", "we are sending a message"])
    expect(behind(request, "post_message")).toBeLessThan(behind(request, "list_messages"));
});

test("the first verb of a name says what a tool does, and where there is none its server may say that it reads", () => {
  expect(behind("message", "get_deleted_messages")).toBe(behind("message", "list_messages"));
  expect(behind("message", "slackDeleteMessage")).toBe(behind("message", "delete_message"));
  expect(behind("write it", "messages", { readOnlyHint: true })).toBe(behind("write it", "read_messages"));
  expect(behind("message", "delete_message", { readOnlyHint: true })).toBe(behind("message", "delete_message"));
});

test("a deprecated tool stands behind in every request", () => {
  for (const request of ["message", "delete it", "write it"])
    expect(behind(request, "read_messages", { description: "Deprecated: use another." })).toBeGreaterThan(
      behind(request, "read_messages"),
    );
});
