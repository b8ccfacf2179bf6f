/** Fewest characters of a part that is a secret by itself, and of a line of several. */
const FEWEST = 8;
const FEWEST_OF_LINE = 16;
/** Parts of one value, so that a file in a variable does not make all searches slow. */
const MOST_PARTS = 300;
const MOST_LEVELS = 6;

/** Names of members and parameters whose values are credentials. */
const CREDENTIAL = /key|token|secret|passw|passphrase|\bpass\b|pwd|auth|credential|private|signature/i;
/** `Password=…;` and the like, as connections of databases are written. */
const PAIR = /(?:^|[;,&?\s])\s*([\w .-]{2,40}?)\s*=\s*([^;,&\s]{8,})/g;
const ADDRESS = /^[a-z][a-z0-9+.-]*:\/\//i;
const FRAME_LINE = /^-{3,}.*-{3,}$/;

/** Parts of a value that are secrets where they stand without the rest of it. */
interface InnerSecrets {
  /** As those who read the value take them out: without blanks, the password of an address, members of JSON. */
  readonly values: readonly string[];
  /** Lines of a text of several, such as a key; found as they are. */
  readonly lines: readonly string[];
}

/** What of a secret is one by itself: texts are trimmed and taken apart on the way to where they are shown. */
export function innerSecrets(value: string): InnerSecrets {
  const trimmed = value.trim();
  const values = [trimmed, ...ofAddress(trimmed), ...ofPairs(trimmed), ...ofJson(trimmed)];
  const lines = [trimmed, ...values].flatMap(linesOf);
  const own = new Set(values.filter((part) => part.length >= FEWEST && part !== value));
  return {
    values: [...own].slice(0, MOST_PARTS),
    lines: [...new Set(lines)].filter((line) => line !== value && !own.has(line)).slice(0, MOST_PARTS),
  };
}

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r\n|[\r\n]/).map((line) => line.trim());
  return lines.length < 2 ? [] : lines.filter((line) => line.length >= FEWEST_OF_LINE && !FRAME_LINE.test(line));
}

function ofAddress(text: string): readonly string[] {
  if (!ADDRESS.test(text) || !URL.canParse(text)) return [];
  const { password, searchParams } = new URL(text);
  const written = /^[^:]+:\/\/[^/?#:@]*:([^@/?#]+)@/.exec(text)?.[1] ?? "";
  const parameters = [...searchParams].flatMap(([name, value]) => (CREDENTIAL.test(name) ? [value] : []));
  return [password, written, decoded(written), ...parameters];
}

function ofPairs(text: string): readonly string[] {
  return [...text.matchAll(PAIR)].flatMap(([, name = "", value = ""]) => (CREDENTIAL.test(name) ? [value] : []));
}

function ofJson(text: string): readonly string[] {
  if (!/^[{[]/.test(text)) return [];
  try {
    const value: unknown = JSON.parse(text);
    return credentialsIn(value, 0);
  } catch {
    return [];
  }
}

function credentialsIn(value: unknown, depth: number): readonly string[] {
  if (typeof value !== "object" || value === null || depth > MOST_LEVELS) return [];
  return Object.entries(value).flatMap(([name, member]: [string, unknown]) => {
    if (typeof member === "string") return CREDENTIAL.test(name) ? [member, member.trim()] : [];
    return credentialsIn(member, depth + 1);
  });
}

/** A text without the escapes of a URL; one that has none, or wrong ones, as it is. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
