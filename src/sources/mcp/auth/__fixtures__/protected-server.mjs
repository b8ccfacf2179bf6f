// An authorization server (oidc-provider) and an MCP server that it protects, on two loopback ports of one process.
// It prints one line of JSON with their addresses. `GET /control?set=<json>` of the authorization server changes how both
// behave and answers with what they saw; the process ends with its standard input.
import { createServer } from "node:http";
import { createMcpHandler, McpServer } from "@modelcontextprotocol/server";
import { toNodeHandler } from "@modelcontextprotocol/node";
import Provider from "oidc-provider";

const control = {
  /** Seconds an access token lives. */
  ttl: 3600,
  /** Scope the tool `erase` wants. */
  eraseScope: "write",
  /** How it says so: by status 403, or in the result. */
  challenge: "status",
  /** Refuses every token. */
  refuse: false,
  /** Answers token requests after this long, in milliseconds. */
  slowMs: 0,
  /** Sends the next requests elsewhere. */
  redirectTo: null,
  /** Leaves the next token request open. */
  holdNext: false,
  /** Fails token requests, with all that was sent to it in the answer. */
  echo: false,
  /** Does what a token request asks for, and the answer never arrives. */
  loseAnswer: false,
  /** Refuses MCP requests with this status, quoting the header that was sent. */
  quote: 0,
};
const seen = { grants: {}, requests: 0, tokenRequests: 0, authorizations: [], tokens: [], refusedRefreshes: 0 };

const authorization = createServer();
const resource = createServer();
await Promise.all([authorization, resource].map((server) => new Promise((done) => server.listen(0, "127.0.0.1", done))));
const issuer = `http://127.0.0.1:${authorization.address().port}`;
const base = `http://127.0.0.1:${resource.address().port}`;
const mcpUrl = `${base}/mcp`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "machine",
      client_secret: "machine-secret-of-the-test",
      grant_types: ["client_credentials"],
      redirect_uris: [],
      response_types: [],
      scope: "read write",
    },
  ],
  scopes: ["openid", "offline_access", "read", "write"],
  features: {
    devInteractions: { enabled: false },
    registration: { enabled: true },
    revocation: { enabled: true, allowedPolicy: () => true },
    clientCredentials: { enabled: true },
    deviceFlow: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => mcpUrl,
      useGrantedResource: () => true,
      getResourceServerInfo: () => ({ scope: "read write", accessTokenTTL: control.ttl, accessTokenFormat: "opaque" }),
    },
  },
  ttl: { AccessToken: () => control.ttl, ClientCredentials: () => control.ttl },
  rotateRefreshToken: true,
  issueRefreshToken: async () => true,
  findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ["a key of the test"] },
  pkce: { required: () => true },
});
// Where it says nothing, five seconds are to be waited.
provider.use(async (context, next) => {
  await next();
  if (context.body?.device_code !== undefined) context.body.interval = 1;
});
provider.on("grant.error", (context) => {
  if (context.oidc?.params?.grant_type === "refresh_token") seen.refusedRefreshes += 1;
});
provider.on("grant.success", ({ oidc, body }) => {
  const { grant_type: grant, code, device_code: device, code_verifier: verifier } = oidc.params;
  seen.grants[grant] = (seen.grants[grant] ?? 0) + 1;
  for (const token of [body?.access_token, body?.refresh_token, code, device, verifier])
    if (token !== undefined) seen.tokens.push(token);
});

const waiting = [];
const callback = provider.callback();
authorization.on("request", (request, response) => {
  const url = new URL(request.url, issuer);
  if (url.pathname === "/control") {
    Object.assign(control, JSON.parse(url.searchParams.get("set") ?? "{}"));
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(seen));
    return;
  }
  if (url.pathname === "/asked") {
    // Answers once a token is asked for.
    waiting.push(() => response.writeHead(200).end());
    return;
  }
  if (url.pathname.startsWith("/interaction/")) {
    void interact(request, response).catch((error) => response.writeHead(500).end(String(error)));
    return;
  }
  const isToken = url.pathname === "/token";
  if (isToken) {
    seen.tokenRequests += 1;
    for (const told of waiting.splice(0)) told();
  }
  if (isToken && control.holdNext) {
    control.holdNext = false;
    return;
  }
  if (isToken && control.echo) return void echo(request, response);
  setTimeout(
    () => {
      if (isToken && control.loseAnswer) loseAnswer(response);
      callback(request, response);
    },
    isToken ? control.slowMs : 0,
  );
});

async function echo(request, response) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const said = `the database is down; request was ${Buffer.concat(chunks)} ${request.headers.authorization ?? ""}`;
  response.writeHead(500, { "content-type": "application/json" }).end(JSON.stringify({ error: "server_error", error_description: said }));
}

function loseAnswer(response) {
  response.end = () => response.socket?.destroy();
  response.write = () => true;
}

/** Everybody logs in as the account of the cookie and agrees to everything, without a page. */
async function interact(request, response) {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const accountId = /who=(\w+)/.exec(request.headers.cookie ?? "")?.[1] ?? "ada";
  if (accountId === "nobody") {
    const refusal = { error: "access_denied", error_description: "the person said no" };
    return provider.interactionFinished(request, response, refusal, { mergeWithLastSubmission: false });
  }
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId } });
  }
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  if (prompt.details.missingOIDCScope) grant.addOIDCScope(prompt.details.missingOIDCScope.join(" "));
  for (const [indicator, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {}))
    grant.addResourceScope(indicator, scopes.join(" "));
  const grantId = await grant.save();
  return provider.interactionFinished(request, response, { consent: { grantId } }, { mergeWithLastSubmission: true });
}

const text = (value) => ({ content: [{ type: "text", text: value }] });
let caller;
const handler = toNodeHandler(
  createMcpHandler(() => {
    const server = new McpServer({ name: "protected", version: "1" });
    server.registerTool("whoami", { description: "Names the account." }, () => text(caller.accountId ?? "a machine"));
    server.registerTool("erase", { description: "Wants more rights." }, () => {
      if (control.challenge !== "result" || caller.scopes.includes(control.eraseScope)) return text("erased");
      const challenge = `Bearer error="insufficient_scope", scope="${control.eraseScope}"`;
      return { ...text("more rights are needed"), isError: true, _meta: { "mcp/www_authenticate": [challenge] } };
    });
    return server;
  }),
);
resource.on("request", async (request, response) => {
  const url = new URL(request.url, base);
  if (url.pathname.startsWith("/.well-known/oauth-protected-resource")) {
    const metadata = { resource: mcpUrl, authorization_servers: [issuer], scopes_supported: ["read"] };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(metadata));
    return;
  }
  seen.requests += 1;
  const header = request.headers.authorization ?? "";
  seen.authorizations.push(header);
  if (control.redirectTo !== null) {
    response.writeHead(307, { location: control.redirectTo }).end();
    return;
  }
  if (control.quote !== 0) {
    const words = `the header ${header} is not what this proxy wants`;
    response.writeHead(control.quote, { "content-type": "application/json" }).end(JSON.stringify({ error: words }));
    return;
  }
  const metadata = `resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"`;
  const account = control.refuse ? undefined : await accountOf(header.replace(/^Bearer /, ""));
  if (account === undefined) {
    response.writeHead(401, { "www-authenticate": `Bearer ${metadata}, scope="read"` }).end("no");
    return;
  }
  const body = await bodyOf(request);
  const wantsMore = body?.params?.name === "erase" && control.challenge === "status";
  if (wantsMore && !account.scopes.includes(control.eraseScope)) {
    const scope = `error="insufficient_scope", scope="${control.eraseScope}"`;
    response.writeHead(403, { "www-authenticate": `Bearer ${scope}, ${metadata}` }).end("more rights");
    return;
  }
  caller = account;
  handler(request, response, body);
});

async function accountOf(token) {
  const found = (await provider.AccessToken.find(token)) ?? (await provider.ClientCredentials.find(token));
  if (found === undefined || found.isExpired || !found.isValid) return undefined;
  return { accountId: found.accountId, scopes: (found.scope ?? "").split(" ") };
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return chunks.length === 0 ? undefined : JSON.parse(Buffer.concat(chunks).toString());
}

process.stdin.resume().on("end", () => process.exit(0));
console.log(JSON.stringify({ issuer, url: mcpUrl }));
