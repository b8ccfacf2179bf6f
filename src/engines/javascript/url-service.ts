/** Fields of an address that a guest reads. */
const FIELDS = [
  "href",
  "origin",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;

const SETTABLE: ReadonlySet<string> = new Set(FIELDS.filter((field) => field !== "origin"));

/**
 * Parses and writes addresses for guest code: texts in, fields out. Throws a `TypeError` for text that is not an
 * address.
 */
export function answerUrl(method: string, args: readonly unknown[]): unknown {
  const [first, second, third] = args.map((argument) => (typeof argument === "string" ? argument : undefined));
  switch (method) {
    case "parse":
      return fieldsOf(parse(first ?? "", second));
    case "set":
      return setField(first ?? "", second ?? "", third ?? "");
    case "pairs":
      return [...new URLSearchParams(first ?? "")];
    case "query":
      return new URLSearchParams(pairsOf(args[0])).toString();
    default:
      throw new TypeError(`URL has no ${method}.`);
  }
}

function parse(text: string, base: string | undefined): URL {
  try {
    return new URL(text, base);
  } catch {
    throw new TypeError("Invalid URL");
  }
}

function setField(href: string, field: string, value: string): unknown {
  const url = parse(href, undefined);
  if (!SETTABLE.has(field)) throw new TypeError(`${field} of a URL cannot be set`);
  if (field === "href") return fieldsOf(parse(value, undefined));
  Reflect.set(url, field, value);
  return fieldsOf(url);
}

function fieldsOf(url: URL): Record<string, string> {
  return Object.fromEntries(FIELDS.map((field) => [field, url[field]]));
}

function pairsOf(data: unknown): [string, string][] {
  const list: readonly unknown[] = Array.isArray(data) ? data : [];
  return list.map((pair) => (Array.isArray(pair) ? [String(pair[0]), String(pair[1])] : ["", ""]));
}
