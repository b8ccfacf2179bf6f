import { isSpecType } from "@modelcontextprotocol/server";
import { expect, test } from "vitest";
import { hasOnly, plainMessage } from "./plain-message.ts";

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };

test.each<readonly [what: string, body: unknown]>([
  ["a request", ping],
  ["a notification", { jsonrpc: "2.0", method: "notifications/initialized" }],
  ["a text as an id", { ...ping, id: "" }],
  ["parameters", { ...ping, params: { a: [1], _meta: { progressToken: "t" } } }],
])("%s is plain, and right by the schemas too", (_what, body) => {
  expect(plainMessage(body)).toBe(body);
  expect(isSpecType.JSONRPCMessage(body)).toBe(true);
});

test.each<readonly [what: string, body: unknown]>([
  ["no object", "ping"],
  ["nothing", null],
  ["a list", [ping]],
  ["another version", { ...ping, jsonrpc: "1.0" }],
  ["no method", { jsonrpc: "2.0", id: 1, result: {} }],
  ["a method that is no text", { ...ping, method: 1 }],
  ["no id", { ...ping, id: null }],
  ["a fraction as an id", { ...ping, id: 1.5 }],
  ["a member that nobody knows", { ...ping, odd: 1 }],
  ["parameters that are a list", { ...ping, params: [] }],
  ["no parameters", { ...ping, params: null }],
  ["a token that is none", { ...ping, params: { _meta: { progressToken: {} } } }],
  ["an envelope", { ...ping, params: { _meta: { "io.modelcontextprotocol/protocolVersion": "2026-07-28" } } }],
])("%s is left to the schemas", (_what, body) => {
  expect(plainMessage(body)).toBeUndefined();
});

test("parameters are all known, or there is one that is not", () => {
  expect(hasOnly({ jsonrpc: "2.0", method: "m", params: { a: 1, _meta: {} } }, ["a"])).toBe(true);
  expect(hasOnly({ jsonrpc: "2.0", method: "m", params: { a: 1, b: 1 } }, ["a"])).toBe(false);
  expect(hasOnly({ jsonrpc: "2.0", method: "m" }, [])).toBe(true);
});
