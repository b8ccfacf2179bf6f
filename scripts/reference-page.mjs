// The text of one page of reference, from the members of an entry point as API Extractor models them.

const SECTIONS = {
  Functions: ["Function"],
  Classes: ["Class"],
  Values: ["Variable"],
  Types: ["Interface", "TypeAlias"],
};

/** Adds what the page describes to `page.places`, and gives the page. */
export function emitReferencePage(page, members) {
  const known = members.filter(({ name, fileUrlPath }) => page.places.get(name)?.source === fileUrlPath);
  const own = members.filter((member) => !known.includes(member));
  for (const { name, fileUrlPath } of own) page.places.set(name, { file: page.file, source: fileUrlPath });
  const anchors = own.map(({ name }) => name.toLowerCase());
  const twice = anchors.find((anchor, index) => anchors.indexOf(anchor) !== index);
  if (twice !== undefined) throw new Error(`${page.title}: two names have the anchor #${twice}.`);
  const sections = Object.entries(SECTIONS).map(([title, kinds]) =>
    emitSection(
      title,
      own.filter(({ kind }) => kinds.includes(kind)),
      page,
    ),
  );
  const elsewhere = known.sort(byName).map(({ name }) => linkTo(name, page));
  return [
    "<!-- Written by scripts/reference.mjs from the docstrings; edit those. -->",
    `# Reference: ${page.title}`,
    ...moduleText(page.declarations),
    ...sections.flat(),
    ...(elsewhere.length === 0 ? [] : ["## Also exported here", elsewhere.join(", ")]),
  ]
    .join("\n\n")
    .concat("\n");
}

function emitSection(title, items, page) {
  if (items.length === 0) return [];
  return [`## ${title}`, items.sort(byName).flatMap((item) => emitItem(item, page))].flat();
}

function byName(left, right) {
  return left.name.localeCompare(right.name, "en");
}

function linkTo(name, page) {
  const { file } = page.places.get(name);
  return `[\`${name}\`](${file === page.file ? "" : file}#${name.toLowerCase()})`;
}

/** The docstring at the head of an entry. */
function moduleText(declarations) {
  const comment = /\/\*\*[\s\S]*?\*\//.exec(declarations)?.[0];
  const { text, example } = readComment(comment);
  return [text, ...(example === undefined ? [] : [fence("ts", example)])];
}

function emitItem(item, page) {
  const { text, defaultValue } = readComment(item.docComment);
  const members = item.members ?? [];
  const properties = members.filter(isProperty);
  const methods = members.filter((member) => !isProperty(member));
  return [
    `### ${item.name}`,
    withLinks(text, page),
    ...(hasShape(item) ? [fence("ts signature", signature(item))] : []),
    ...(defaultValue === undefined ? [] : [`Default: ${defaultValue}.`]),
    ...(properties.length === 0 ? [] : [table(properties, page)]),
    ...(methods.length === 0 ? [] : [methods.map((method) => methodLine(method, page)).join("\n")]),
    ...mentions(item, page),
  ];
}

function isProperty({ kind }) {
  return kind === "Property" || kind === "PropertySignature";
}

/** An interface or a class that extends nothing says all of it by its members. */
function hasShape({ kind, name, excerptTokens }) {
  const text = excerptTokens.map((token) => token.text).join("");
  return !(kind === "Interface" || kind === "Class") || !new RegExp(`(interface|class) ${name}\\s*$`).test(text);
}

function signature({ excerptTokens, kind }) {
  const text = excerptTokens.map((token) => token.text).join("");
  return (kind === "Variable" ? `const ${text};` : text).replace(/^export (declare )?/, "").trim();
}

function table(properties, page) {
  const rows = properties.map((property) => {
    const { text, defaultValue } = readComment(property.docComment);
    const meaning = [text, ...(defaultValue === undefined ? [] : [`Default: ${defaultValue}.`])].join(" ");
    return [
      `\`${property.name}${property.isOptional ? "?" : ""}\``,
      `\`${typeOf(property)}\``,
      withLinks(meaning, page),
    ];
  });
  return [["property", "type", "meaning"], ["---", "---", "---"], ...rows]
    .map((cells) => `| ${cells.map(cell).join(" | ")} |`)
    .join("\n");
}

function cell(text) {
  return text
    .replaceAll(/\s*\n\s*/g, " ")
    .replaceAll("|", "\\|")
    .trim();
}

function typeOf({ excerptTokens, propertyTypeTokenRange: { startIndex, endIndex } }) {
  return excerptTokens
    .slice(startIndex, endIndex)
    .map((token) => token.text)
    .join("")
    .replaceAll(/\s+/g, " ");
}

function methodLine(method, page) {
  const { text } = readComment(method.docComment);
  const shape = method.excerptTokens
    .map((token) => token.text)
    .join("")
    .replaceAll(/\s+/g, " ")
    .replace(/;$/, "");
  // What API Extractor writes itself for a constructor without a docstring says nothing.
  const said = text.startsWith("Constructs a new instance of") ? "" : ` — ${withLinks(text, page)}`;
  return `- \`${shape}\`${said.replaceAll(/\s*\n\s*/g, " ")}`;
}

/** Links to the types of this package that the item is made of. */
function mentions(item, page) {
  const tokens = [item, ...(item.members ?? [])].flatMap(({ excerptTokens }) => excerptTokens);
  // Another package may have a type of the same name.
  const ours = tokens.filter(({ canonicalReference = "" }) => canonicalReference.startsWith(`${page.package}!`));
  const names = ours.map(({ text }) => text);
  const linked = [...new Set(names)]
    .filter((name) => name !== item.name && page.places.has(name))
    .sort((left, right) => left.localeCompare(right, "en"));
  return linked.length === 0 ? [] : [`See ${linked.map((name) => linkTo(name, page)).join(", ")}.`];
}

/** `{@link x}` as code, or as a link where `x` is described. */
function withLinks(text, page) {
  return text.replaceAll(/\{@link (\S+?)\}/g, (_, name) =>
    page.places.has(name) ? linkTo(name, page) : `\`${name}\``,
  );
}

/** The text of a docstring, its first example and its default. Other tags stay away. */
function readComment(comment = "") {
  const lines = comment
    .replace(/^\/\*\*/, "")
    .replace(/\*\/\s*$/, "")
    .split("\n")
    .map((line) => line.replace(/^\s*\* ?/, "").trimEnd());
  const text = lines.join("\n").trim();
  const [described = "", ...tags] = text.split(/(?:^|\s)(?=@[a-z]+\b)/);
  const tag = (name) => tags.find((each) => each.startsWith(`@${name}`))?.slice(name.length + 1);
  return { text: described.trim(), example: tag("example")?.trim(), defaultValue: tag("default")?.trim() };
}

function fence(words, text) {
  return `\`\`\`${words}\n${text}\n\`\`\``;
}
