// A real authorization server whose clients are two machines and whose access tokens are JSON Web Tokens. Prints its
// address; ends with its standard input.
import { createServer } from "node:http";
import * as oidc from "oidc-provider";

const http = createServer();
await new Promise((done) => http.listen(0, "127.0.0.1", done));
const issuer = `http://127.0.0.1:${http.address().port}`;
const machine = (name) => ({
  client_id: name,
  client_secret: `${name}-secret-of-the-test`,
  grant_types: ["client_credentials"],
  redirect_uris: [],
  response_types: [],
  scope: "read write",
});
const provider = new oidc.Provider(issuer, {
  clients: [machine("ann"), machine("bo")],
  scopes: ["read", "write"],
  ttl: { ClientCredentials: 600 },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      getResourceServerInfo: (_context, audience) => ({ scope: "read write", audience, accessTokenFormat: "jwt" }),
    },
  },
});
http.on("request", provider.callback());
process.stdin.on("end", () => process.exit()).resume();
process.stdout.write(`${issuer}\n`);
