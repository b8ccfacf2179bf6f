import { expect, test } from "vitest";
import { createToolCatalog } from "../create-tool-catalog.ts";
import { lookupTool } from "./lookup-tool.ts";

/** Entries of one server: names of its tools, each with the inputs that it requires behind it. */
const entriesOf = (server: string, ...tools: readonly string[]) =>
  createToolCatalog(
    tools.map((text) => {
      const [toolName = "", ...required] = text.split(" ");
      const properties = Object.fromEntries(required.map((name) => [name, { type: "string" }]));
      const inputSchema = { type: "object", properties, required };
      return { name: `${server}__${toolName}`, serverName: server, toolName, description: "", inputSchema };
    }),
  ).tools;

test.each([
  ["delete_event", "search_events", ["delete_event event_id", "get_event event_id", "search_events", "search_rooms"]],
  ["updateTask", "listTasks", ["getUser", "updateTask id", "listTasks"]],
  ["tracker_close_issue", "tracker_find_issues", ["tracker_close_issue id", "tracker_whoami", "tracker_find_issues"]],
  ["create_mail_rule", "list_mail_rules", ["create_mail_rule", "list_mails", "list_mail_rules"]],
  ["send_tracker", "search_tracker", ["send_tracker", "search_tracker"]],
])("who calls %s finds what it is about with %s", (name, expected, tools) => {
  const entries = entriesOf("tracker", ...tools);
  const entry = entries.find(({ toolName }) => toolName === name);
  expect(entry && lookupTool(entry, entries)?.toolName).toBe(expected);
});

test.each([
  ["reads", "search_events", ["search_events", "list_events"]],
  ["says nothing of what it does", "events", ["events", "list_events"]],
  ["is about something else", "delete_event", ["delete_event", "list_rooms"]],
  ["shares but a number", "book_4", ["book_4", "weather_4_get"]],
  ["names nothing", "delete", ["delete", "list"]],
])("there is none for a tool that %s", (_, name, tools) => {
  const entries = entriesOf("tracker", ...tools);
  const entry = entries.find(({ toolName }) => toolName === name);
  expect(entry).toBeDefined();
  expect(entry && lookupTool(entry, entries)).toBeUndefined();
});
