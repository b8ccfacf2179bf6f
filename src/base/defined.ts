/** The fields of `Values` that may be undefined become optional. */
type Present<Values> = { [Field in keyof Values]?: Exclude<Values[Field], undefined> };

/** A copy of an object without the fields that are undefined, to be spread where such a field must be missing. */
export function defined<Values extends object>(values: Values): Present<Values> {
  const present: Present<Values> = {};
  // Built up and not cut down: an object that loses a field is slow from then on.
  for (const field in values) {
    const value = values[field];
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what is undefined has just been left out
    if (value !== undefined) present[field] = value as Exclude<Values[typeof field], undefined>;
  }
  return present;
}
