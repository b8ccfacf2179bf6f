/** Variables of an environment, by name; a variable without a value is not set. */
export type Variables = Readonly<Record<string, string | undefined>>;
