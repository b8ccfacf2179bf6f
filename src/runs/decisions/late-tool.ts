import type { CodemodeError } from "../../base/codemode-error.ts";
import type { ToolEntry } from "../../catalog/tool.ts";
import { splitToolName, unknownName } from "../../catalog/unknown-name.ts";
import type { LoginRequest } from "../../sources/source.ts";
import type { Run } from "../run.ts";
import { contentEntry } from "../servers/server-content.ts";

/** True for a tool that is held to what was locked, and of which only an earlier list says what it is. */
export function isStale({ host: { lock, registry } }: Run, { serverName }: ToolEntry): boolean {
  return lock !== undefined && registry.isRemembered(serverName) && lock.holds(serverName);
}

/** The tool as its server lists it now. Throws `unknown_tool` for one that is no longer listed. */
export async function currentTool(run: Run, known: ToolEntry): Promise<ToolEntry> {
  const { clock, host } = run;
  await clock.wait(`the tools of "${known.serverName}"`, host.registry.listed(known.serverName));
  return host.registry.wholeCatalog().get(known.name) ?? lateTool(run, known.name);
}

/** A tool that was not there when the run began. Throws `unknown_tool` when it is not there now, either. */
export async function lateTool(run: Run, name: string): Promise<ToolEntry> {
  const { catalog: visible, root, server } = run;
  const content = contentEntry(root.catalog, name, visible);
  if (content !== undefined) return content;
  // A server that is still connecting may yet bring the tool.
  const owner = splitToolName(root.catalog, name)?.server;
  if (owner !== undefined) await run.awaitServers([owner.name]);
  const current = run.currentCatalog();
  const late = current.get(name);
  if (late !== undefined) return late;
  const closed = owner === undefined ? undefined : current.server(owner.name);
  if (closed?.needsLogin === true && closed.tools.length === 0) {
    await logIn(run, closed.name, unknownName(current, { kind: "tool", name }));
    const found = run.currentCatalog().get(name);
    if (found !== undefined) return found;
  }
  // A script of a server is shown no other server's names.
  const shown = server === undefined ? current : visible;
  await shown.prepareSearch();
  throw unknownName(shown, { kind: "tool", name });
}

/** Lets a person log in; throws the error where nobody can be asked, or where it is about something else. */
export async function logIn({ events, host, clock }: Run, server: string, error: CodemodeError): Promise<void> {
  const { onLogin } = events;
  if (error.code !== "login_required" || onLogin === undefined) throw error;
  const present = async (request: LoginRequest): Promise<void> => {
    if (!(await onLogin({ ...request, server }))) throw error;
  };
  const step = host.registry.logIn(server, { present, signal: clock.signal });
  if (!(await clock.wait(`a login at "${server}"`, step))) throw error;
}
