import { spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { SecretFilter } from "../../src/base/secret-filter.ts";
import { SecretStore } from "../../src/sources/credentials/secret-store.ts";
import {
  openProtectedServer,
  type ProtectedServer,
  type Seen,
} from "../../src/sources/mcp/auth/__fixtures__/protected-server.ts";
import { oauthParts } from "../../src/sources/mcp/auth/create-credentials.ts";
import { logIn } from "../../src/sources/mcp/auth/log-in.ts";
import { KeptLogin } from "../../src/sources/mcp/auth/login.ts";
import { parseServerConfig } from "../../src/sources/mcp/server-config.ts";

/** What became of many processes that met one expired token with a rotating refresh token. */
export interface Renewal {
  readonly processes: number;
  /** Refreshes that the authorization server granted, and refused. */
  readonly refreshes: number;
  readonly refused: number;
  /** Answers of the tool, and errors, with how many processes had each. */
  readonly outcomes: Readonly<Record<string, number>>;
  /** Status of the login in the end. */
  readonly isLoggedIn: boolean;
  readonly seconds: number;
}

interface RenewalPlan {
  readonly processes: number;
  /** Ends the process that holds the lock with SIGKILL while its refresh is under way. */
  readonly killHolder?: boolean;
  readonly onProgress?: (text: string) => void;
}

const CALLER = fileURLToPath(new URL("caller.mjs", import.meta.url));

/** Logs in at a real authorization server, lets the token expire, and sends all processes at once. */
export async function renewTogether(plan: RenewalPlan): Promise<Renewal> {
  await using server = await openProtectedServer();
  const kept = await logInOnce(server);
  const before = await server.control({ slowMs: 300, holdNext: plan.killHolder === true });
  const callers = await startCallers(server, plan);
  await kept.write(expired(kept));
  plan.onProgress?.("all are ready, the token is over");
  const begun = performance.now();
  const asked = server.asked();
  for (const { start } of callers) start();
  if (plan.killHolder === true) await asked.then(() => killHolder(server, callers, plan));
  const outcomes: Record<string, number> = {};
  for (const outcome of await Promise.all(callers.map(({ ended }) => ended)))
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  const after = await server.control();
  const granted = ({ grants }: Seen): number => grants["refresh_token"] ?? 0;
  return {
    processes: plan.processes,
    refreshes: granted(after) - granted(before),
    refused: after.refusedRefreshes - before.refusedRefreshes,
    outcomes,
    isLoggedIn: kept.read()?.accessToken !== undefined,
    seconds: Math.round((performance.now() - begun) / 100) / 10,
  };
}

/** Ends the process whose name stands in the lock. */
function killHolder({ home }: ProtectedServer, callers: readonly Caller[], { onProgress }: RenewalPlan): void {
  const lock = readdirSync(home).find((name) => name.endsWith(".lock"));
  const holder = Number.parseInt(lock === undefined ? "" : readFileSync(join(home, lock), "utf8"), 10);
  callers.find(({ pid }) => pid === holder)?.kill();
  onProgress?.(`process ${holder} was killed in the middle of its refresh`);
}

async function logInOnce(server: ProtectedServer): Promise<KeptLogin> {
  const variables = { ...process.env, CODEMODE_HOME: server.home };
  const secrets = new SecretFilter();
  const config = parseServerConfig("secure", { url: server.url });
  if (config.transport === "stdio") throw new Error("The server is a remote one.");
  await logIn(oauthParts(config, { serverName: "secure", variables, secrets }), {
    present: ({ url }) => void server.visit(url).catch(() => {}),
    signal: AbortSignal.timeout(60_000),
  });
  return new KeptLogin({ resource: server.url, account: config.account }, new SecretStore(variables), secrets);
}

function expired(kept: KeptLogin): NonNullable<ReturnType<KeptLogin["read"]>> {
  const login = kept.read();
  if (login === undefined) throw new Error("There is no login.");
  return { ...login, expiresAt: Date.now() - 1 };
}

interface Caller {
  readonly pid: number | undefined;
  readonly start: () => void;
  readonly kill: () => void;
  readonly ended: Promise<string>;
}

/** A few at a time: what takes long is to load the program, and that is over before any of them begins. */
async function startCallers(server: ProtectedServer, plan: RenewalPlan): Promise<readonly Caller[]> {
  const callers: Caller[] = [];
  while (callers.length < plan.processes) {
    const count = Math.min(4, plan.processes - callers.length);
    callers.push(...(await Promise.all(Array.from({ length: count }, () => startCaller(server)))));
    if (callers.length % 20 === 0) plan.onProgress?.(`${callers.length} processes are ready`);
  }
  return callers;
}

async function startCaller(server: ProtectedServer): Promise<Caller> {
  const env = { ...process.env, CODEMODE_HOME: server.home };
  const child = spawn(process.execPath, [CALLER, server.url], { env, stdio: ["pipe", "pipe", "ignore"] });
  const lines: string[] = [];
  const reader = createInterface({ input: child.stdout });
  const ended = new Promise<string>((resolve) => {
    child.once("close", (status, signal) => resolve(lines[1] ?? signal ?? `exit ${status}`));
  });
  await new Promise<void>((resolve, reject) => {
    reader.on("line", (line) => {
      lines.push(line);
      resolve();
    });
    child.once("close", () => reject(new Error("A process ended before it was ready.")));
  });
  child.stdin.on("error", () => {});
  return { pid: child.pid, start: () => void child.stdin.end("go\n"), kill: () => void child.kill("SIGKILL"), ended };
}
