import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { createToolCatalog } from "../create-tool-catalog.ts";
import type { ToolDefinition } from "../tool.ts";

interface Capture {
  readonly servers: readonly {
    readonly name: string;
    readonly tools: readonly Pick<ToolDefinition, "name" | "description" | "inputSchema">[];
  }[];
}

/** The tools of each real server of the corpora, each a catalog by itself. */
const catalogs = new Map(
  ["memory-server", "secure-filesystem-server", "git", "google-calendar", "chrome_devtools", "playwright"]
    .concat([
      "airtable-mcp-server",
      "Xero MCP Server",
      "mcp-server-neon",
      "firecrawl-fastmcp",
      "docker-mcp",
      "excel",
      "word-document-server",
    ])
    .map((name) => [name, createToolCatalog(toolsOf(name))]),
);

function toolsOf(serverName: string): ToolDefinition[] {
  const folder = new URL("../../../test/corpora/tools/", import.meta.url);
  const servers = readdirSync(folder).flatMap((file) => {
    const capture: Capture = JSON.parse(readFileSync(new URL(file, folder), "utf8"));
    return capture.servers.filter(({ name }) => name === serverName);
  });
  return (servers[0]?.tools ?? []).map(({ name, description, inputSchema }) => ({
    name: `${serverName}__${name}`,
    serverName,
    toolName: name,
    description,
    inputSchema,
  }));
}

test.each([
  ["memory-server", "remember a fact", /create_entities|add_observations/],
  ["memory-server", "store a fact about a person", /create_entities|add_observations/],
  ["memory-server", "remember that Anna likes tea", /create_entities|add_observations/],
  ["memory-server", "what do you know about Bob", /search_nodes|open_nodes|read_graph/],
  ["memory-server", "forget a person", /delete_entities/],
  ["memory-server", "connect two people", /create_relations/],
  ["memory-server", "erase a wrong statement", /delete_observations/],
  ["memory-server", "what have you learned so far", /read_graph|search_nodes/],
  ["secure-filesystem-server", "make a folder", /create_directory/],
  ["secure-filesystem-server", "what is in this folder", /list_directory|directory_tree/],
  ["secure-filesystem-server", "put a file somewhere else", /move_file/],
  ["secure-filesystem-server", "change a line in a file", /edit_file/],
  ["secure-filesystem-server", "look at a picture", /read_media_file/],
  ["secure-filesystem-server", "how big is a file", /get_file_info|list_directory_with_sizes/],
  ["secure-filesystem-server", "which folders may I use", /list_allowed_directories/],
  ["git", "undo staged changes", /git_reset/],
  ["git", "switch to another branch", /git_checkout/],
  ["git", "save my work with a message", /git_commit/],
  ["git", "latest commits", /git_log/],
  ["git", "compare two versions", /git_diff/],
  ["google-calendar", "am I free tomorrow", /get-freebusy/],
  ["google-calendar", "cancel a meeting", /delete-event/],
  ["google-calendar", "move an appointment", /update-event/],
  ["google-calendar", "accept an invitation", /respond-to-event/],
  ["chrome_devtools", "tap an element", /click/],
  ["chrome_devtools", "take a picture of the page", /take_screenshot/],
  ["chrome_devtools", "why is my site slow", /performance|lighthouse/],
  ["chrome_devtools", "what requests does the page make", /list_network_requests/],
  ["playwright", "go to a website", /playwright_navigate/],
  ["playwright", "press a button", /playwright_click|playwright_press_key/],
  ["playwright", "photo of the page", /playwright_screenshot/],
  ["playwright", "pick from a dropdown", /playwright_select/],
  ["playwright", "return to the previous page", /playwright_go_back/],
  ["airtable-mcp-server", "attach a photo to an entry", /upload_attachment/],
  ["airtable-mcp-server", "new column", /create_field/],
  ["Xero MCP Server", "how much money did we make last year", /list-profit-and-loss/],
  ["Xero MCP Server", "record hours worked", /create-timesheet|add-timesheet-line/],
  ["mcp-server-neon", "which tables are there", /get_database_tables/],
  ["mcp-server-neon", "connect to my db", /get_connection_string/],
  ["firecrawl-fastmcp", "grab the text of a site", /scrape|extract|crawl/],
  ["firecrawl-fastmcp", "find scientific studies", /search_papers/],
  ["docker-mcp", "what is running", /list-containers/],
  ["docker-mcp", "start a container", /create-container|deploy-compose/],
  ["excel", "look at cells", /excel_read_sheet/],
])("the tools of %s are found by ordinary words: %s", (server, request, wanted) => {
  const found = catalogs.get(server)?.search(request, { limit: 5 }).tools ?? [];
  expect(found.map(({ toolName }) => toolName).join(" ")).toMatch(wanted);
});

test.each([
  ["memory-server", "keep in mind that Ada likes tea", /^(create_entities|add_observations)$/],
  ["memory-server", "Ada moved to Berlin, don't forget it", /^(create_entities|add_observations)$/],
  ["memory-server", "observations", /^(?!delete)/],
  ["memory-server", "entities", /^(?!delete)/],
  ["memory-server", "relations", /^(?!delete)/],
  ["google-calendar", "event", /^(get|list|search)-/],
  ["airtable-mcp-server", "record", /^(get|list|search)_/],
  ["mcp-server-neon", "project", /^(list|describe)_/],
  ["word-document-server", "paragraph", /^(?!delete)/],
])("of %s what is asked for stands first, and what removes only where that is: %s", (server, request, wanted) => {
  expect(catalogs.get(server)?.search(request).tools[0]?.toolName).toMatch(wanted);
});

test.each([
  ["memory-server", "bake a chocolate cake"],
  ["secure-filesystem-server", "buy a house"],
  ["git", "who is the president"],
  ["memory-server", "lasagna"],
])("where nothing of %s is near, nothing is found: %s", (server, request) => {
  expect(catalogs.get(server)?.search(request)).toEqual({ tools: [], total: 0, hasMore: false });
});

test("what is found by related words alone is called weak, and what has one of the words or its synonym is not", () => {
  const memory = catalogs.get("memory-server");
  expect(memory?.search("remember a fact").isWeak).toBe(true);
  expect(memory?.search("forget an entity")).not.toHaveProperty("isWeak");
});
