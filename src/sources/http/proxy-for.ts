import type { Variables } from "./variables.ts";

/**
 * The proxy for an address, from `HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY` and `NO_PROXY` in either case; undefined for none.
 *
 * This machine itself is never reached through a proxy. `NO_PROXY` lists hosts, domains with their subdomains, optional
 * ports, or `*`.
 */
export function proxyFor(url: URL, variables: Variables): string | undefined {
  const read = (name: string): string | undefined => variables[name.toLowerCase()] || variables[name] || undefined;
  const proxy = read(url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY") ?? read("ALL_PROXY");
  if (proxy === undefined || isLoopback(url.hostname) || isExcepted(url, read("NO_PROXY") ?? "")) return undefined;
  return proxy.includes("://") ? proxy : `http://${proxy}`;
}

/** True for a name or address of this machine. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host.endsWith(".localhost") || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}

function isExcepted({ hostname, port, protocol }: URL, exceptions: string): boolean {
  const own = port === "" ? (protocol === "https:" ? "443" : "80") : port;
  return exceptions
    .split(/[\s,]+/)
    .filter((each) => each !== "")
    .some((each) => {
      const [, name = "", only] = /^(.*?)(?::(\d+))?$/.exec(each.toLowerCase()) ?? [];
      if (only !== undefined && only !== own) return false;
      const domain = name.replace(/^\*?\./, "");
      return name === "*" || hostname === domain || hostname.endsWith(`.${domain}`);
    });
}
