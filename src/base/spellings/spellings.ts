/** Longest part of a value that is looked for as one text. */
const MOST_CHARACTERS = 2_048;
/** Fewest characters of a spelling that says enough. */
const FEWEST_CHARACTERS = 8;

/**
 * The texts by which a value is found in what others write of it: itself, as JSON in the habits of several languages, in
 * URLs, in pages, in base64 once and twice, and in hexadecimal. Of a long value these are the texts of its parts, which together are all of it.
 */
export function spellingsOf(value: string): readonly string[] {
  return partsOf(value).flatMap((part) => Array.from(new Set(spellings(part))));
}

function partsOf(value: string): readonly string[] {
  const count = Math.ceil(value.length / MOST_CHARACTERS);
  const size = Math.ceil(value.length / count);
  const parts: string[] = [];
  for (let at = 0; at < value.length;) {
    const unit = value.charCodeAt(at + size - 1);
    // Half a character is spelled in ways of its own.
    const end = at + size + (unit >= 0xd800 && unit < 0xdc00 ? 1 : 0);
    parts.push(value.slice(at, end));
    at = end;
  }
  return parts;
}

function spellings(part: string): readonly string[] {
  const json = JSON.stringify(part).slice(1, -1);
  const url = encodeURIComponent(Buffer.from(part).toString());
  const wholeUrl = url.replaceAll(/[!'()*]/g, escapedInUrl);
  return [
    part,
    json,
    JSON.stringify(json).slice(1, -1),
    ...otherJson(json),
    ...literals(json),
    // Between the single quotes of a shell.
    part.replaceAll("'", String.raw`'\''`),
    url,
    url.replaceAll("%20", "+"),
    wholeUrl,
    // The address in a parameter of another.
    encodeURIComponent(url),
    ...[url, wholeUrl].map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())),
    ...pageSpellings(part),
    ...base64Spellings(part),
    // Kept as base64 in what is base64 itself, as clusters and mail have it.
    ...base64Spellings(part).flatMap(base64Spellings),
    ...hexSpellings(part),
  ].filter((text) => text.length >= FEWEST_CHARACTERS);
}

/** Strings as Python, shells and our own output of a program write them, which escape another quote than JSON, or none. */
function literals(json: string): readonly string[] {
  const bare = json.replaceAll('\\"', '"');
  const escaped = bare.replaceAll("'", String.raw`\'`);
  return [bare, escaped, ...[bare, escaped].map((text) => JSON.stringify(text).slice(1, -1))];
}

/** JSON as PHP, Python, Go and .NET write it, which escape more than JavaScript. */
function otherJson(json: string): readonly string[] {
  const ascii = json.replaceAll(/[^\0-\x7f]/g, escapedInJson);
  const forPages = [json, ascii].flatMap((text) => [
    text.replaceAll(/[&<>]/g, escapedInJson),
    // What stands after a backslash is an escape already, except for the quote, which some write as a number too.
    text.replaceAll(/\\"|[&<>'+`]/g, (found) => escapedInJson(found.slice(-1)).toUpperCase().replace("\\U", "\\u")),
  ]);
  return [ascii, json.replaceAll("/", "\\/"), ascii.replaceAll("/", "\\/"), ...forPages];
}

function pageSpellings(part: string): readonly string[] {
  const named = part.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    named,
    named.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    named.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    named.replaceAll('"', "&quot;").replaceAll("'", "&#x27;"),
    named.replaceAll('"', "&quot;").replaceAll("'", "&#x27;").replaceAll("/", "&#x2F;"),
  ];
}

function escapedInJson(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function escapedInUrl(letter: string): string {
  return `%${letter.charCodeAt(0).toString(16).toUpperCase()}`;
}

/** The bytes one after the other, and as dumps and fingerprints show them. */
function hexSpellings(part: string): readonly string[] {
  const hex = Buffer.from(part).toString("hex");
  const pairs = hex.match(/../g) ?? [];
  const words = hex.match(/.{1,4}/g) ?? [];
  const all = [hex, pairs.join(":"), pairs.join(" "), pairs.join("-"), words.join(" ")];
  return all.flatMap((text) => [text, text.toUpperCase()]);
}

/** Base64 of a text depends on where in the encoded bytes it begins; only the characters it decides alone count. */
function base64Spellings(part: string): readonly string[] {
  const bytes = Buffer.from(part);
  return [0, 1, 2].flatMap((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const first = offset === 0 ? 0 : offset + 1;
    const last = Math.floor(((offset + bytes.length) * 4) / 3);
    const text = encoded.slice(first, last);
    return [text, text.replaceAll("+", "-").replaceAll("/", "_")];
  });
}
