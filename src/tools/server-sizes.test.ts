import { expect, test } from "vitest";
import { showServerSizes } from "./server-sizes.ts";

test.each([
  ["none", [], "Tools of no server yet."],
  ["one of unknown size", [{ name: "a" }], "Tools of a."],
  ["several", [{ name: "a", tools: 3 }, { name: "b", tools: 4 }, { name: "c" }], "Tools of a (3 tools), b (4), c."],
])("servers are named with their sizes: %s", (_name, servers, text) => {
  expect(showServerSizes("Tools of", servers, 160)).toBe(text);
});

test("what does not fit is counted, within the room there is", () => {
  const servers = Array.from({ length: 40 }, (_, index) => ({ name: `server-${index}`, tools: index }));
  const text = showServerSizes("Tools of", servers, 160);
  expect(text.length).toBeLessThanOrEqual(160);
  expect(text).toMatch(/^Tools of server-0 \(0 tools\), .* and \d+ more servers\.$/);
});
