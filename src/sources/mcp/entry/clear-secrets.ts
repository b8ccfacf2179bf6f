import { isRecord } from "../../../base/is-record.ts";

/** Settings of a server without the secrets that were typed into them. */
interface ClearedSettings {
  readonly settings: Readonly<Record<string, unknown>>;
  /** The secrets by the names that stand for them. */
  readonly secrets: Readonly<Record<string, string>>;
}

/** Names of variables, headers, options and parameters whose values are credentials. */
const CREDENTIAL =
  /key|token|secret|passw|passphrase|\bpass\b|pwd|auth|credential|cookie|session|bearer|\bpat\b|dsn|private|signature/i;
/** Beginnings and forms of credentials that services hand out. */
const KNOWN =
  /(?:sk|pk|rk)[-_][A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|xox[abeprs]-[\w-]{10,}|AKIA[A-Z0-9]{12,}|AIza[\w-]{30,}|ey[\w-]{10,}\.ey[\w-]{10,}\.[\w-]*|ntn_\w{20,}|secret_\w{20,}|lin_api_\w{16,}|hf_\w{20,}|npm_\w{20,}/;
const VARIABLE = /\$\{[^{}]*\}/;
/** `--name value` and `--name=value`. */
const OPTION = /^--?([A-Za-z][\w-]*)(?:=([\s\S]*))?$/;
const HEADER = /^([A-Za-z][\w-]*)\s*[:=]\s*([\s\S]+)$/;
/** Shorter values are no credentials. */
const FEWEST_CHARACTERS = 6;

/**
 * Takes secrets typed into an entry out of it: values of `env` and `headers`, arguments, and credentials in URLs, by the
 * names they have and the forms that services give them. Variables stay variables. Each secret becomes
 * `${secret:NAME}`.
 */
export function clearSecrets(server: string, settings: Readonly<Record<string, unknown>>): ClearedSettings {
  const box = new SecretBox(server);
  const { env, headers, args, url, command } = settings;
  const changed = {
    ...(isRecord(env) ? { env: mapTexts(env, (text, name) => box.value(name, text)) } : {}),
    ...(isRecord(headers) ? { headers: mapTexts(headers, (text, name) => box.header(name, text)) } : {}),
    ...(Array.isArray(args) ? { args: clearArguments(args, box) } : {}),
    ...(typeof url === "string" ? { url: box.url(url) } : {}),
    ...(typeof command === "string" ? { command: box.known("COMMAND", command) } : {}),
  };
  return { settings: { ...settings, ...changed }, secrets: box.secrets };
}

/** Collects the secrets of one server. */
class SecretBox {
  readonly secrets: Record<string, string> = {};
  readonly #server: string;

  constructor(server: string) {
    this.#server = server;
  }

  /** A value that has a name: a secret whole when its name says so, or in its parts that are. */
  value(name: string, text: string): string {
    if (VARIABLE.test(text)) return text;
    const isSecret = CREDENTIAL.test(spaced(name)) && text.length >= FEWEST_CHARACTERS && !isPlain(text);
    return isSecret ? this.#put(name, text) : this.known(name, this.url(text));
  }

  /** The value of a header; the word before a credential stays. */
  header(name: string, text: string): string {
    const [, scheme, credential] = /^(Bearer|Basic|Token|ApiKey|Key)\s+(\S[\s\S]*)$/i.exec(text) ?? [];
    if (scheme === undefined || credential === undefined || VARIABLE.test(text)) return this.value(name, text);
    return `${scheme} ${this.#put(name, credential)}`;
  }

  /** A text in which whatever looks like a credential of a known service is one. */
  known(name: string, text: string): string {
    if (VARIABLE.test(text)) return text;
    return text.replace(KNOWN, (credential) => this.#put(name, credential));
  }

  /** A URL, without a password and parameters that are credentials. Other texts stay unchanged. */
  url(text: string): string {
    if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
    const parameters = text.replace(/(?<=[?&])([^=&#]+)=([^&#]*)/g, (whole, name: string, value: string) =>
      CREDENTIAL.test(spaced(name)) && value.length >= FEWEST_CHARACTERS && !VARIABLE.test(value)
        ? `${name}=${this.#put(name, value)}`
        : whole,
    );
    return parameters.replace(/^([^:]+:\/\/[^/?#:@]*:)([^@/?#]+)@/, (whole, before: string, password: string) =>
      VARIABLE.test(password) ? whole : `${before}${this.#put("PASSWORD", password)}@`,
    );
  }

  #put(name: string, value: string): string {
    const base = `${this.#server}_${name}`
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, "_")
      .replaceAll(/^_+|_+$/g, "");
    let free = base;
    for (let number = 2; this.secrets[free] !== undefined && this.secrets[free] !== value; number += 1)
      free = `${base}_${number}`;
    this.secrets[free] = value;
    return `\${secret:${free}}`;
  }
}

function clearArguments(args: readonly unknown[], box: SecretBox): readonly unknown[] {
  let option: string | undefined;
  return args.map((item) => {
    if (typeof item !== "string") return item;
    const [, name, value] = OPTION.exec(item) ?? [];
    const before = option;
    option = name !== undefined && value === undefined ? name : undefined;
    if (name !== undefined)
      return value === undefined ? item : `${item.slice(0, -value.length)}${argument(name, value, box)}`;
    return before === undefined ? box.known("ARG", box.url(item)) : argument(before, item, box);
  });
}

/** The value of an option; one that passes a header or a variable on holds a name of its own. */
function argument(option: string, text: string, box: SecretBox): string {
  const [, name, value] = /^(?:h|header|e|env)$/i.test(option) ? (HEADER.exec(text) ?? []) : [];
  if (name === undefined || value === undefined) return box.value(option, text);
  return text.slice(0, -value.length) + (/^e/i.test(option) ? box.value(name, value) : box.header(name, value));
}

function mapTexts(
  map: Readonly<Record<string, unknown>>,
  change: (text: string, name: string) => string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(map).map(([name, text]) => [name, typeof text === "string" ? change(text, name) : text]),
  );
}

/** Switches, numbers and paths are settings, whatever their name. */
function isPlain(text: string): boolean {
  return /^(?:true|false|none|null|\d{1,8})$/i.test(text) || /^(?:\.{0,2}\/|~\/|[A-Za-z]:\\)[\w./\\ -]*$/.test(text);
}

/** Words of a name apart, so that `apiKey` has the word `Key` and `passenger` no `pass`. */
function spaced(name: string): string {
  return name.replaceAll(/[_-]+/g, " ").replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2");
}
