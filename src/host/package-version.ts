import { readFileSync } from "node:fs";

let known: string | undefined;

/** The version of this package. */
export function packageVersion(): string {
  known ??= readVersion();
  return known;
}

function readVersion(): string {
  const text = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
  const parsed: unknown = JSON.parse(text);
  const isNamed = typeof parsed === "object" && parsed !== null && "version" in parsed;
  return isNamed && typeof parsed.version === "string" ? parsed.version : "0.0.0";
}
