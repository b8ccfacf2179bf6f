import { expect, test } from "vitest";
import { SecretFilter } from "./secret-filter.ts";
import { SlicedWork } from "./sliced-work.ts";
import { LargeText } from "./steps/large-text.ts";

function filterOf(...secrets: readonly string[]): SecretFilter {
  const filter = new SecretFilter();
  filter.add(secrets);
  return filter;
}

const SECRET = `hunter2 "+/é\\x('&)`;

test.each<readonly [form: string, text: string]>([
  ["itself", SECRET],
  ["JSON text", JSON.stringify(SECRET).slice(1, -1)],
  ["JSON text in JSON text", JSON.stringify(JSON.stringify(SECRET)).slice(3, -3)],
  ["a part of a URL", encodeURIComponent(SECRET)],
  ["a form field", encodeURIComponent(SECRET).replaceAll("%20", "+")],
  [
    "a part of a URL with all signs escaped",
    encodeURIComponent(SECRET).replaceAll(/[()']/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`),
  ],
  ["JSON text of PHP", String.raw`hunter2 \"+\/\u00e9\\x('&)`],
  ["JSON text of Python", String.raw`hunter2 \"+/\u00e9\\x('&)`],
  ["JSON text of Go", String.raw`hunter2 \"+/é\\x('\u0026)`],
  ["JSON text of .NET", String.raw`hunter2 \u0022\u002B/\u00E9\\x(\u0027\u0026)`.replace("\\u00E9", "\\u00e9")],
  ["a part of a page", `hunter2 &quot;+/é\\x(&#39;&amp;)`],
  ["a part of a page as Python writes it", `hunter2 &quot;+/é\\x(&#x27;&amp;)`],
  ["a part of a page of Express", `hunter2 &quot;+&#x2F;é\\x(&#x27;&amp;)`],
  ["hexadecimal", Buffer.from(SECRET).toString("hex")],
  ["hexadecimal in large letters", Buffer.from(SECRET).toString("hex").toUpperCase()],
  ["a fingerprint", (Buffer.from(SECRET).toString("hex").toUpperCase().match(/../g) ?? []).join(":")],
  ["bytes", (Buffer.from(SECRET).toString("hex").match(/../g) ?? []).join(" ")],
  [
    "a dump",
    (
      Buffer.from(SECRET)
        .toString("hex")
        .match(/.{1,4}/g) ?? []
    ).join(" "),
  ],
  ["an address in a parameter of another", encodeURIComponent(encodeURIComponent(SECRET))],
  ["a string of Python", String.raw`hunter2 "+/é\\x(\'&)`],
  ["a string of a shell", SECRET.replaceAll("'", String.raw`'\''`)],
  ["a string between backticks", String.raw`hunter2 "+/é\\x('&)`],
])("a secret is taken out as %s", (_form, text) => {
  expect(filterOf(SECRET).text(`before ${text} after`)).toBe("before [secret] after");
});

test.each([0, 1, 2, 3, 4, 5])("no base64 of a text with a secret after %i bytes tells the secret", (offset) => {
  for (const encoding of ["base64", "base64url"] as const) {
    const encoded = Buffer.from(`${"u".repeat(offset)}s3cret-token-1234:x`).toString(encoding);
    const clean = filterOf("s3cret-token-1234").text(encoded);
    expect(clean).toContain("[secret]");
    expect(Buffer.from(clean.replace("[secret]", ""), encoding).toString()).not.toMatch(/s3c|token|1234/);
  }
});

const TOKEN = "s3cret-token-1234-of-the-service";

test.each<readonly [form: string, separator: string, width: number]>([
  ["mail", "\r\n", 76],
  ["a key", "\n", 64],
  ["a key in YAML", "\n    ", 64],
  ["mail in JSON", String.raw`\r\n`, 76],
  ["a command line", "\n", 40],
])("no base64 in lines as %s has it tells a secret, wherever the lines end", (_form, separator, width) => {
  for (let before = 0; before < width; before += 1) {
    const given = `${"u".repeat(before)}${TOKEN}${"v".repeat(90)}`;
    const encoded = Buffer.from(given).toString("base64");
    const lines = encoded.match(new RegExp(`.{1,${width}}`, "g")) ?? [];
    const folded = `body: ${lines.join(separator)} end`;
    const filter = filterOf(TOKEN);
    expect(filter.isIn(folded)).toBe(true);
    const clean = filter.text(folded);
    expect(clean).toMatch(/^body: .*\[secret\].* end$/s);
    const left = clean.slice(6, -4).replaceAll(separator, "").split("[secret]");
    expect(left.map((part) => Buffer.from(part, "base64").toString()).join(" ")).not.toMatch(/cret|oken|1234|serv/);
  }
});

test("lines that are no base64 stay as they are", () => {
  const filter = filterOf("first-part-second-part", `${"a".repeat(40)}bbbbbbbbbb`);
  const text = `first-part-\nsecond-part\n${"a".repeat(40)}-\nbbbbbbbbbb\n\\new\\names`;
  expect(filter.text(text)).toBe(text);
  expect(filter.text(`${"a".repeat(76)}\n${"c".repeat(76)}\n`)).toBe(`${"a".repeat(76)}\n${"c".repeat(76)}\n`);
});

test.each([0, 1, 2])("no base64 of base64 after %i bytes tells the secret", (offset) => {
  for (let inner = 0; inner < 3; inner += 1) {
    const once = Buffer.from(`${"u".repeat(inner)}${TOKEN}:x`).toString("base64");
    const twice = Buffer.from(`${"v".repeat(offset)}${once}`).toString("base64");
    const clean = filterOf(TOKEN).text(twice);
    expect(clean).toContain("[secret]");
    expect(clean.length).toBeLessThan(24);
  }
});

const KEY_LINES = ["MIIEvQIBADANBgkqhkiG9w0BAQEF", "AASCBKcwggSjAgEAAoIBAQC7VJTU"];
const KEY = `-----BEGIN PRIVATE KEY-----\n${KEY_LINES.join("\n")}\n-----END PRIVATE KEY-----\n`;
const ACCOUNT = JSON.stringify({
  project_id: "my-project-17",
  private_key: KEY,
  auth: { tokens: { token: "tok-51c9e7b2" } },
});

test.each<readonly [what: string, secret: string, text: string, clean: string]>([
  ["without blanks at its ends", "  s3cret-token-1234\n", "is s3cret-token-1234.", "is [secret]."],
  ["line by line", KEY, KEY_LINES.map((line) => `  ${line}\r`).join("\n"), "  [secret]\r\n  [secret]\r"],
  ["a key without its last line end", KEY, `${KEY.trim()}!`, "[secret]!"],
  [
    "the password of an address",
    "postgres://ann:Hn7-pg%2FPass@db/x?a=b",
    "Hn7-pg/Pass, Hn7-pg%2FPass",
    "[secret], [secret]",
  ],
  [
    "a parameter of an address",
    "https://h/?q=public-words&api_key=0123456789ab",
    "public-words 0123456789ab",
    "public-words [secret]",
  ],
  [
    "a password among pairs",
    "Server=db;User Id=sa;Password=Tr0ub4dor-3;Encrypt=yes",
    "sa Tr0ub4dor-3 yes",
    "sa [secret] yes",
  ],
  ["members of JSON", ACCOUNT, `my-project-17 tok-51c9e7b2 ${KEY_LINES[1]}`, "my-project-17 [secret] [secret]"],
])("of a secret is taken out by itself: %s", (...[, secret, text, clean]) => {
  expect(filterOf(secret).text(text)).toBe(clean);
});

test("a secret of digits is taken out as a number too", () => {
  const filter = filterOf("84736251", "1234567");
  const given = { pin: 84_736_251, big: 84_736_251n, other: 84_736_252, short: 1_234_567 };
  expect(filter.data(given)).toEqual({ pin: "[secret]", big: "[secret]", other: 84_736_252, short: 1_234_567 });
  const same = { n: [84_736_252, -1, 0.5] };
  expect(filter.data(same)).toBe(same);
});

test("of two secrets the longer one is taken out whole", () => {
  expect(filterOf("password", "password-of-the-database").text("password-of-the-database, password")).toBe(
    "[secret], [secret]",
  );
});

test.each<readonly [value: string, text: string, clean: string]>([
  ["debug", "debug: on", "debug: on"],
  ["8080", "port 8080", "port 8080"],
  ["1", "1 of 11", "1 of 11"],
  ["", "text", "text"],
  ["a1", "a1", "a1"],
  ["s3cr3t", "is s3cr3t.", "is [secret]."],
  ["s3cr3t", "s3cr3ts", "s3cr3ts"],
  ["p(4]$", "a p(4]$ b", "a [secret] b"],
])("the short value %j makes %j %j", (value, text, clean) => {
  expect(filterOf(value).text(text)).toBe(clean);
});

test("data is cleaned to its depths, keys too, and unchanged data stays the same object", () => {
  const filter = filterOf("long-secret-value");
  const clean = { list: [1, null, { text: "plain" }], flag: true };
  expect(filter.data(clean)).toBe(clean);
  expect(filter.data({ a: ["x long-secret-value"], "long-secret-value": { b: 2 } })).toEqual({
    a: ["x [secret]"],
    "[secret]": { b: 2 },
  });
});

test("an own key __proto__ of the data stays an own key", () => {
  const data: unknown = JSON.parse('{"__proto__":{"a":"long-secret-value"}}');
  expect(JSON.stringify(filterOf("long-secret-value").data(data))).toBe('{"__proto__":{"a":"[secret]"}}');
});

test("a million backslashes are searched in a moment", { retry: 2 }, () => {
  const text = `${"\\".repeat(1_000_000)}n`;
  const begun = performance.now();
  expect(filterOf(TOKEN).text(text)).toBe(text);
  expect(performance.now() - begun).toBeLessThan(1_000);
});

test("a megabyte is searched for twenty secrets within 100 ms", { retry: 2 }, () => {
  const filter = filterOf(...Array.from({ length: 20 }, (_, index) => `secret-number-${index}-${"x".repeat(20)}`));
  const text = "An ordinary line of some text.\n".repeat(35_000);
  filter.text(text);
  const begun = performance.now();
  expect(filter.text(text)).toBe(text);
  expect(performance.now() - begun).toBeLessThan(100);
});

test("of tokens that are renewed for ever the latest are looked for, and others stay", () => {
  const filter = filterOf("long-secret-value");
  for (let number = 0; number < 1_200; number += 400)
    filter.addPassing(Array.from({ length: 400 }, (_, index) => `token-number-${number + index}`));
  filter.addPassing(["token-number-1199", "long-secret-value"]);
  expect(filter.text("long-secret-value, token-number-1199, token-number-1001")).toBe("[secret], [secret], [secret]");
  expect(filter.text("token-number-40")).toBe("token-number-40");
});

test("a secret of any length is found, whole, in part, and in each spelling", () => {
  const letters = (count: number, seed: number): string =>
    Array.from({ length: count }, (_, index) => String.fromCharCode(33 + ((index * index * seed + index) % 90))).join(
      "",
    );
  for (const length of [2_049, 20_000, 300_000]) {
    const secret = letters(length, 7);
    const filter = filterOf(secret);
    for (const text of [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
      expect(filter.text(`a ${text} b`).replaceAll("[secret]", "")).toBe("a  b");
    const encoded = filter.text(Buffer.from(secret).toString("base64")).replaceAll("[secret]", "");
    expect(encoded.length).toBeLessThan(length / 100 + 8);
    expect(filter.text(secret.slice(0, length / 2 + 1_100))).toContain("[secret]");
  }
});

test("as many secrets as are kept are all found, and so are two with the same beginning", () => {
  const secrets = Array.from({ length: 10_000 }, (_, index) => `the-same-beginning-of-all-secrets-${index}-`);
  const filter = filterOf(...secrets);
  expect(filter.text(`${secrets[3]} ${secrets[9_999]} the-same-beginning-of-all-secrets-x`)).toBe(
    "[secret] [secret] the-same-beginning-of-all-secrets-x",
  );
});

test("many secrets are made ready in small steps, and what is added meanwhile is found too", () => {
  const filter = filterOf(...Array.from({ length: 1_000 }, (_, index) => `value-${index}-of-many-secrets`));
  const words = "value-7-of-many-secrets, value-of-the-last-secret";
  const large = (): Generator<void, LargeText> => filter.large(new LargeText([Buffer.from(words)], words.length));
  let count = 1;
  for (const steps = large(); steps.next().done !== true; count += 1)
    if (count === 500) filter.add(["value-of-the-last-secret"]);
  expect(count).toBeGreaterThan(1_000);
  expect(filter.text(words)).toBe("[secret], [secret]");
  expect(String(new SlicedWork(large).now())).toBe("[secret], [secret]");
});
