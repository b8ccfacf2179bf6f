import { expect, test } from "vitest";
import { handOnContent } from "./hand-on-content.ts";

const text = { type: "text", text: "front door" };
const image = { type: "image", data: "AAAA", mimeType: "image/png" };
const audio = { type: "audio", data: "AAAA", mimeType: "audio/wav" };
const blob = { type: "resource", resource: { uri: "file:///a", blob: "AAAA", mimeType: "application/pdf" } };

test.each([
  ["a picture", image, { type: "image", mimeType: "image/png", handedOn: 0 }, [image]],
  ["a list with a picture", [text, image], [text, { type: "image", mimeType: "image/png", handedOn: 0 }], [image]],
  [
    "several kinds",
    [audio, text, blob],
    [
      { type: "audio", mimeType: "audio/wav", handedOn: 0 },
      text,
      { type: "resource", resource: { uri: "file:///a", mimeType: "application/pdf" }, handedOn: 1 },
    ],
    [audio, blob],
  ],
] as const)("%s is handed on as what it is", (...[, value, left, content]) => {
  expect(handOnContent(value)).toEqual({ value: left, content });
});

test.each([
  ["text alone", [text]],
  ["nothing", null],
  ["an empty list", []],
  ["an object that only has a type", { type: "image" }],
  ["data that is no content", { type: "image", data: { a: 1 }, mimeType: "image/png" }],
  ["a list of other things", [image, 1]],
  ["a picture deeper down", { shot: image }],
])("%s stays unchanged", (_, value) => {
  expect(handOnContent(value)).toEqual({ value, content: [] });
});
