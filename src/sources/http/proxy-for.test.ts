import { expect, test } from "vitest";
import { proxyFor } from "./proxy-for.ts";

test.each<readonly [string, Readonly<Record<string, string>>, string | undefined]>([
  ["https://a.com/mcp", { HTTPS_PROXY: "http://p:1" }, "http://p:1"],
  ["https://a.com/mcp", { https_proxy: "http://p:1", HTTPS_PROXY: "http://q:1" }, "http://p:1"],
  ["https://a.com/mcp", { HTTP_PROXY: "http://p:1" }, undefined],
  ["http://a.com/mcp", { HTTP_PROXY: "p:1" }, "http://p:1"],
  ["http://a.com/mcp", { ALL_PROXY: "http://p:1" }, "http://p:1"],
  ["http://a.com/mcp", { HTTP_PROXY: "" }, undefined],
  ["http://localhost:3000/mcp", { HTTP_PROXY: "http://p:1" }, undefined],
  ["http://127.0.0.1/mcp", { HTTP_PROXY: "http://p:1" }, undefined],
  ["http://[::1]:9/mcp", { HTTP_PROXY: "http://p:1" }, undefined],
  ["https://a.com/mcp", { HTTPS_PROXY: "http://p:1", NO_PROXY: "*" }, undefined],
  ["https://x.a.com/mcp", { HTTPS_PROXY: "http://p:1", NO_PROXY: "b.com, .a.com" }, undefined],
  ["https://a.com/mcp", { HTTPS_PROXY: "http://p:1", no_proxy: "a.com:443" }, undefined],
  ["https://a.com:8443/mcp", { HTTPS_PROXY: "http://p:1", no_proxy: "a.com:443" }, "http://p:1"],
  ["https://ba.com/mcp", { HTTPS_PROXY: "http://p:1", no_proxy: "a.com" }, "http://p:1"],
])("%s with %j goes through %s", (url, variables, proxy) => {
  expect(proxyFor(new URL(url), variables)).toBe(proxy);
});
