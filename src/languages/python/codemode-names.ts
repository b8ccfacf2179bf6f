const NAMES =
  "call_tool search describe emit artifacts sleep retry wait_for run_with_timeout parallel RateLimiter ToolError list_resources list_resource_templates read_resource list_prompts get_prompt complete".split(
    " ",
  );

/** Names of the module `codemode` in the spelling of either language, with their spelling in Python. */
export const CODEMODE_NAMES: ReadonlyMap<string, string> = new Map(
  NAMES.flatMap((name) => [
    [name, name],
    [name.replace(/_(\w)/g, (_match, letter: string) => letter.toUpperCase()), name],
  ]),
);
