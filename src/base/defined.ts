/** The fields of `Values` that may be undefined become optional. */
type Present<Values> = { [Field in keyof Values]?: Exclude<Values[Field], undefined> };

/** A copy of an object without the fields that are undefined, to be spread where such a field must be missing. */
export function defined<Values extends object>(values: Values): Present<Values> {
  const present: Present<Values> = { ...values };
  for (const field of Object.keys(present)) {
    if (Reflect.get(present, field) === undefined) Reflect.deleteProperty(present, field);
  }
  return present;
}
