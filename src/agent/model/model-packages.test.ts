import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { installCommand } from "./model-packages.ts";

test.each([
  ["file:///usr/local/lib/node_modules/codemode/dist/agent/model/x.js", "npm install -g"],
  [
    "file:///home/ada/shop/node_modules/codemode/dist/agent/model/x.js",
    "npm install --no-save --prefix /home/ada/shop",
  ],
  [
    "file:///home/ada/my%20shop/node_modules/codemode/dist/agent/model/x.js",
    'npm install --no-save --prefix "/home/ada/my shop"',
  ],
  ["file:///home/ada/codemode/dist/agent/model/x.js", "npm install --no-save --prefix /home/ada/codemode"],
])("packages of the agent are installed beside this one, for %s", (url, command) => {
  expect(installCommand(url)).toBe(command);
});

test("the versions that are asked for are those the agent is tested with", () => {
  const manifest: { readonly devDependencies: Readonly<Record<string, string>> } = JSON.parse(
    readFileSync(fileURLToPath(new URL("../../../package.json", import.meta.url)), "utf8"),
  );
  const text = readFileSync(fileURLToPath(new URL("model-packages.ts", import.meta.url)), "utf8");
  const wanted = [...text.matchAll(/wanted: "(@?[\w/-]+)@(?:npm:ai@)?(\d+)"/g)].map(([, name = "", major]) => [
    name,
    major,
  ]);
  expect(wanted).toHaveLength(5);
  const tested = wanted.map(([name = ""]) => [
    name,
    /^(?:npm:ai@)?(\d+)/.exec(manifest.devDependencies[name] ?? "")?.[1],
  ]);
  expect(wanted).toEqual(tested);
});
