import { expect, test } from "vitest";
import type { AgentToolResult } from "../tools/agent-tool.ts";
import { toModelParts, toModelText } from "./model-parts.ts";

const result = (content: AgentToolResult["content"]): AgentToolResult => ({
  text: "value: 1",
  structured: {},
  content,
  isError: false,
});

test("the text comes first, then what was emitted in its order", () => {
  const parts = toModelParts(
    result([
      { type: "image", data: "AAAA", mimeType: "image/png" },
      { type: "text", text: "more" },
    ]),
  );
  expect(parts).toEqual([
    { kind: "text", text: "value: 1" },
    { kind: "image", data: "AAAA", mimeType: "image/png" },
    { kind: "text", text: "more" },
  ]);
});

test("audio, pictures that models cannot see, and binary resources are files", () => {
  const parts = toModelParts(
    result([
      { type: "audio", data: "AAAA", mimeType: "audio/wav" },
      { type: "image", data: "AAAA", mimeType: "image/svg+xml" },
      { type: "resource", resource: { uri: "x:y", blob: "AAAA" } },
    ]),
  );
  expect(parts.slice(1)).toEqual([
    { kind: "file", data: "AAAA", mimeType: "audio/wav" },
    { kind: "file", data: "AAAA", mimeType: "image/svg+xml" },
    { kind: "file", data: "AAAA", mimeType: "application/octet-stream" },
  ]);
});

test("the text of a resource is shown, and a link as JSON, so that nothing is lost", () => {
  const link = { type: "resource_link", uri: "x:z", name: "z" };
  const parts = toModelParts(result([{ type: "resource", resource: { uri: "x:y", text: "inside" } }, link]));
  expect(parts.slice(1)).toEqual([
    { kind: "text", text: "inside" },
    { kind: "text", text: JSON.stringify(link) },
  ]);
});

test("as one text, pictures are named with their sizes", () => {
  const image = { type: "image", data: Buffer.alloc(10).toString("base64"), mimeType: "image/png" };
  expect(toModelText(result([image]))).toBe("value: 1\n\n[image: image/png, 10 bytes, not shown here]");
});
