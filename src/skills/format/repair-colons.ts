const FIELD = /^([A-Za-z][\w-]*):[ \t]+(\S.*)$/;

/**
 * Quotes the values of top-level fields that contain a colon and no quotes; undefined when there are none.
 *
 * `description: Use when: always` is not YAML, yet it is always meant as a text.
 */
export function repairColons(yaml: string): string | undefined {
  let isChanged = false;
  const lines = yaml.split(/\r?\n/).map((line) => {
    const [, field, value = ""] = FIELD.exec(line) ?? [];
    if (field === undefined || !/:(?:\s|$)/.test(value) || /^["'[{|>&*!]/.test(value)) return line;
    isChanged = true;
    return `${field}: ${JSON.stringify(value.trimEnd())}`;
  });
  return isChanged ? lines.join("\n") : undefined;
}
