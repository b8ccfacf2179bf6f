import { expect, test } from "vitest";
import { createToolCatalog } from "../create-tool-catalog.ts";
import type { ToolDefinition } from "../tool.ts";

function catalogOf(tools: Readonly<Record<string, string>>) {
  const definitions = Object.entries(tools).map(([toolName, description]): ToolDefinition => ({
    name: `s__${toolName}`,
    serverName: "s",
    toolName,
    description,
    inputSchema: { type: "object" },
  }));
  return createToolCatalog(definitions);
}

const first = (catalog: ReturnType<typeof catalogOf>, query: string): string | undefined =>
  catalog.search(query, { limit: 1 }).tools[0]?.toolName;

const opposites = catalogOf({
  HassTurnOff: "Turns off a device",
  HassTurnOn: "Turns on a device",
  scale_down: "Scale a deployment down",
  scale_up: "Scale a deployment up",
  sign_in: "Sign in",
  sign_out: "Sign out",
  convert_from_pdf: "Convert from PDF",
  convert_to_pdf: "Convert to PDF",
  insert_after: "Insert a paragraph after another",
  insert_before: "Insert a paragraph before another",
  delete_all: "Delete all rows",
  delete_one: "Delete one row",
  sort_above: "Sort those above a limit",
  sort_below: "Sort those below a limit",
  list_with_children: "List items with their children",
  list_without_children: "List items without their children",
});

test.each([
  ["turn on the kitchen light", "HassTurnOn"],
  ["turn the light off", "HassTurnOff"],
  ["scale the deployment up", "scale_up"],
  ["sign the user out", "sign_out"],
  ["convert a letter to pdf", "convert_to_pdf"],
  ["convert the letter from pdf", "convert_from_pdf"],
  ["insert paragraph before the title", "insert_before"],
  ["delete one row", "delete_one"],
  ["delete all rows", "delete_all"],
  ["sort what is below the limit", "sort_below"],
  ["list items without children", "list_without_children"],
])("a word that turns the meaning decides between tools that are alike: %s", (query, name) => {
  expect(first(opposites, query)).toBe(name);
});

test("a word that turns the meaning finds nothing by itself", () => {
  expect(opposites.search("water plants out").total).toBe(0);
});

const siblings = catalogOf({
  get_accounts: "List all accounts you have access to.",
  ...Object.fromEntries(
    ["addressing", "billing", "pages", "queues", "roles"].flatMap((topic) => [
      [`get_accounts_account_id_${topic}_list`, `List ${topic} of an account. Accounts with ${topic} are listed.`],
      [`get_accounts_account_id_${topic}_accounts`, `List ${topic} of an account. Accounts with ${topic} are listed.`],
    ]),
  ),
});

test.each([
  ["list accounts", "get_accounts"],
  ["show me all my accounts", "get_accounts"],
  ["which accounts are there", "get_accounts"],
  ["billing of an account", "get_accounts_account_id_billing_accounts"],
  ["accounts roles list", "get_accounts_account_id_roles_list"],
])("a name that was asked for as a whole stands before longer ones that repeat its words: %s", (query, name) => {
  expect(first(siblings, query)).toBe(name);
});

const spellings = catalogOf({
  create_web_hook: "Registers a callback address",
  get_user_name: "Who is it",
  to_do_add: "Adds an item",
  wi_fi_scan: "Networks",
  listWebinars: "Online meetings",
  set_timezone: "Sets the zone",
  s3_list_buckets: "Storage",
  convert_mp3: "Audio",
  list_indices: "Storage of a search engine",
  get_person: "One human",
  获取天气: "查询城市的天气预报",
});

test.each([
  ["webhook", "create_web_hook"],
  ["webhooks", "create_web_hook"],
  ["username", "get_user_name"],
  ["todo", "to_do_add"],
  ["wifi", "wi_fi_scan"],
  ["wi-fi", "wi_fi_scan"],
  ["time zone", "set_timezone"],
  ["s3", "s3_list_buckets"],
  ["mp3", "convert_mp3"],
  ["index", "list_indices"],
  ["people", "get_person"],
  ["查", "获取天气"],
  ["天气", "获取天气"],
])("words written together, apart, in the plural or alone are found: %s", (query, name) => {
  expect(first(spellings, query)).toBe(name);
});

test.each([
  ["pull request", ["s__create_pull_request", "s__merge-pull-request"]],
  ["pull_request", ["s__create_pull_request", "s__merge-pull-request"]],
  ["mergePull", ["s__merge-pull-request"]],
  ["opens a", ["s__create_pull_request"]],
  [" ", ["s__create_pull_request", "s__merge-pull-request", "s__other"]],
])("a keyword of a listing is found however the name separates its words: %j", (keyword, names) => {
  const catalog = catalogOf({ create_pull_request: "Opens a PR", "merge-pull-request": "", other: "" });
  expect(catalog.listToolNames({ keywords: [keyword] }).tools).toEqual(names);
});

test.each([
  ["rename", "project", "a listed value"],
  ["close sprints", "sprint", "a value in an alternative"],
  ["tracking number", "order", "a parameter behind a reference"],
  ["freight company", "order", "its description"],
  ["latitude", "mapper", "a parameter of the values of a map"],
  ["invoice address", "opaque", "the title of a parameter"],
  ["celsius", "weather", "a constant"],
])("a search for %s finds %s by %s", (query, name) => {
  const schemas: Readonly<Record<string, object>> = {
    project: { properties: { action: { enum: ["create", "rename", "transfer_ownership"] } } },
    sprint: { properties: { method: { oneOf: [{ const: "start" }, { const: "close", title: "Close" }] } } },
    order: {
      $defs: {
        Ship: { properties: { carrier: { description: "Name of the freight company" }, trackingNumber: {} } },
      },
      properties: { shipment: { $ref: "#/$defs/Ship" } },
    },
    mapper: { properties: { m: { additionalProperties: { properties: { latitude: {} } } } } },
    opaque: { properties: { field_12: { title: "Customer invoice address" } } },
    weather: { properties: { units: { const: "celsius" } } },
    loop: { $defs: { A: { properties: { next: { $ref: "#/$defs/A" } } } }, $ref: "#/$defs/A" },
  };
  const tools = Object.entries(schemas).map(([toolName, inputSchema]) => ({
    name: `s__${toolName}`,
    serverName: "s",
    description: "",
    inputSchema: { ...inputSchema },
  }));
  expect(createToolCatalog(tools).search(query).tools[0]?.name).toBe(`s__${name}`);
});

test("a tool that says it is deprecated stands behind the one to use, and one about deprecated things does not", () => {
  const tool = (name: string, description: string): ToolDefinition => ({
    name: `files__${name}`,
    serverName: "files",
    description,
    inputSchema: { type: "object" },
  });
  const { tools } = createToolCatalog([
    tool("read_file", "Read the contents of a file as text. DEPRECATED: Use read_text_file instead."),
    tool("read_text_file", "Read the contents of a file as text, in various encodings, with its head or tail alone."),
    tool("list_deprecated", "Lists deprecated interfaces that the project still calls."),
  ]).search("read a text file");
  expect(tools[0]?.name).toBe("files__read_text_file");
  const about = createToolCatalog([
    tool("list_deprecated", "Lists deprecated interfaces that the project still calls."),
    tool("list_files", "Lists files of the project."),
  ]).search("list deprecated interfaces");
  expect(about.tools[0]?.name).toBe("files__list_deprecated");
});

const slips = catalogOf({
  read_file: "Reads a file.",
  read_many_files: "Reads many files at once.",
  lief_info: "Shows a manor.",
  list_archived: "Lists what is archived.",
  elasticsearch_query: "Asks elasticsearch.",
  create_page: "Creates a page.",
});

test.each([
  ["read_flie", "read_file"],
  ["raed file", "read_file"],
  ["craete page", "create_page"],
  ["elastic query", "elasticsearch_query"],
])("two letters that changed places, and the start of a compound, are understood: %s", (query, name) => {
  expect(first(slips, query)).toBe(name);
});

test.each(["archivos", "archivar"])("another ending is another word, and no slip: %s", (query) => {
  expect(slips.search(query).tools.filter(({ toolName }) => toolName === "list_archived")).toEqual([]);
});

const office = catalogOf({
  create_directory: "Create a directory or ensure that it exists.",
  read_file: "Read the complete contents of a file.",
  delete_file: "Delete a file for good.",
  search_files: "Search for files by a pattern.",
  create_event: "Create an event in a calendar.",
  send_message: "Send a message to a person.",
  list_invoices: "List the invoices of the organisation.",
  update_task: "Update a task.",
  get_weather: "Current conditions at a place and a forecast.",
  translate_text: "Translate text.",
  kill_process: "Terminate a process by its number.",
  take_screenshot: "Take a screenshot of the page.",
  cook_dinner: "Recipes with pasta, from a book of cooking.",
  list_actions: "List the actions of a workflow.",
});

test.each([
  ["make folder", "create_directory"],
  ["new folder", "create_directory"],
  ["erase a document file", "delete_file"],
  ["capture of the page", "take_screenshot"],
  ["edit a todo", "update_task"],
  ["put a meeting into the calendar", "create_event"],
  ["enumerate the bills", "list_invoices"],
  ["stop a running program", "kill_process"],
  ["forget that file", "delete_file"],
])("a short request finds what tools call otherwise: %s", (query, name) => {
  expect(first(office, query)).toBe(name);
});

test.each([
  ["datei lesen", "read_file"],
  ["Lies die Datei", "read_file"],
  ["neuen Ordner anlegen", "create_directory"],
  ["eine Nachricht an Anna schicken", "send_message"],
  ["lösche alle Dateien", "delete_file"],
  ["Wie wird das Wetter morgen?", "get_weather"],
  ["créer un dossier", "create_directory"],
  ["supprimer le fichier", "delete_file"],
  ["envoie un message à Paul", "send_message"],
  ["liste les factures du client", "list_invoices"],
  ["crear un evento en el calendario", "create_event"],
  ["busca los archivos", "search_files"],
  ["borrar archivo", "delete_file"],
  ["criar uma pasta", "create_directory"],
  ["traduzir um texto", "translate_text"],
  ["crea una cartella", "create_directory"],
  ["读取文件", "read_file"],
  ["发送消息", "send_message"],
  ["创建目录", "create_directory"],
])("a request in another language finds what its common words mean: %s", (query, name) => {
  expect(first(office, query)).toBe(name);
});

test.each([
  ["pasta for dinner", "cook_dinner"],
  ["actions of the workflow", "list_actions"],
  ["translate die and das", "translate_text"],
])("an English request is not taken for one in another language: %s", (query, name) => {
  expect(first(office, query)).toBe(name);
});

test("a word that tools have is found as it is, in whatever language it is one of", () => {
  const catalog = catalogOf({ dossier_list: "Personnel dossiers.", make_directory: "Creates a directory." });
  expect(first(catalog, "dossier")).toBe("dossier_list");
  expect(first(catalog, "le dossier")).toBe("dossier_list");
});
