import { isSchemaObject } from "../../../schema/json-schema.ts";
import { readForeignAuth } from "../auth/auth-settings.ts";
import { toDurationMs, toNames, toText, toTextMap, type DurationUnit } from "./read-values.ts";

/** An entry of another client on its way to our own form: settings found so far, and what is to be said about them. */
export class EntryDraft {
  readonly settings: Record<string, unknown> = {};
  readonly notes: string[] = [];
  /** True where a plain `timeout`, in milliseconds, limits how long a server may take to list its tools. */
  limitsConnecting = false;

  /** Notes what was understood in another way than written, or left out. */
  note(text: string): void {
    this.notes.push(text);
  }

  /** Takes a setting unless it is there already: our own spelling, read first, wins over others. */
  set(key: string, value: unknown): void {
    this.settings[key] ??= value;
  }

  /** Adds to a map of texts; what is there stays. */
  merge(key: "env" | "headers", texts: Readonly<Record<string, string>>): void {
    const before = this.settings[key];
    this.settings[key] = { ...texts, ...(isSchemaObject(before) ? before : {}) };
  }

  /** Adds names to the tools that are taken or left out. */
  filter(key: "allow" | "deny", names: readonly string[]): void {
    const tools = isSchemaObject(this.settings["tools"]) ? this.settings["tools"] : {};
    const before = Array.isArray(tools[key]) ? (tools[key] as readonly unknown[]) : [];
    this.settings["tools"] = { ...tools, [key]: [...before, ...names] };
  }
}

/** Reads one setting of another client. Returns false when the value is not what that setting takes. */
export type ReadSetting = (draft: EntryDraft, value: unknown, key: string) => boolean | void;

const setText =
  (target: string): ReadSetting =>
  (draft, value) => {
    const text = toText(value);
    if (text === undefined) return false;
    if (text !== "") draft.set(target, text);
    return true;
  };

const mergeTexts =
  (target: "env" | "headers"): ReadSetting =>
  (draft, value) => {
    const texts = toTextMap(value);
    if (texts !== undefined) draft.merge(target, texts);
    return texts !== undefined;
  };

const setDuration =
  (target: "timeoutMs" | "connectTimeoutMs", unit: DurationUnit): ReadSetting =>
  (draft, value, key) => {
    const ms = toDurationMs(value, unit);
    if (ms === undefined) draft.note(`${key} is left out: ${JSON.stringify(value)} is not a time-out.`);
    else {
      draft.set(target, ms);
      if (unit === "guess") draft.note(`${key} is understood as ${target}: ${ms}.`);
    }
  };

const filterTools =
  (target: "allow" | "deny", chosen = true): ReadSetting =>
  (draft, value) => {
    const names = toNames(value, chosen);
    // A list that allows everything is not a filter, nor is an empty one: clients write both before anything is chosen.
    if (names !== undefined && names.length > 0 && !(target === "allow" && names.includes("*")))
      draft.filter(target, names);
    return names !== undefined;
  };

/** Variables of ours that are passed on under their own names. */
const passOn: ReadSetting = (draft, value) => {
  const names = toNames(value);
  if (names === undefined) return toTextMap(value) !== undefined && mergeTexts("env")(draft, value, "env");
  draft.merge("env", Object.fromEntries(names.map((name) => [name, `\${${name}:-}`])));
  return true;
};

/** Headers whose values are variables of ours. */
const headersFromVariables: ReadSetting = (draft, value) => {
  const texts = toTextMap(value);
  if (texts === undefined) return false;
  draft.merge("headers", Object.fromEntries(Object.entries(texts).map(([name, from]) => [name, `\${${from}}`])));
  return true;
};

const bearer =
  (toValue: (text: string) => string): ReadSetting =>
  (draft, value) => {
    if (typeof value !== "string") return false;
    if (value !== "") draft.merge("headers", { Authorization: `Bearer ${toValue(value).replace(/^Bearer\s+/i, "")}` });
    return true;
  };

/** The options of a fetch, of which headers and a time-out have a meaning here. */
const requestOptions: ReadSetting = (draft, value) => {
  if (!isSchemaObject(value)) return false;
  for (const [key, member] of Object.entries(value)) {
    if (key === "headers") {
      if (mergeTexts("headers")(draft, member, key) === false) return false;
    } else if (key === "timeout") setDuration("timeoutMs", "guess")(draft, member, key);
    else draft.note(`${key} of the request options is left out.`);
  }
  return true;
};

const httpUrl: ReadSetting = (draft, value) => {
  draft.set("transport", "http");
  return setText("url")(draft, value, "url");
};

/** The switch that turns a server on, under another name. */
const setEnabled: ReadSetting = (draft, value) => {
  if (typeof value === "boolean") draft.set("enabled", value);
  return typeof value === "boolean";
};

const leaveOut =
  (why: string): ReadSetting =>
  (draft, _value, key) =>
    draft.note(`${key} is left out: ${why}.`);

const approvals = leaveOut("which calls need a person's approval is decided by policy in codemode.json");
const noMeaning = leaveOut("it has no meaning here");
/** Reads how to log in, as any client writes it. */
export const readAuth: ReadSetting = (draft, value, key) => {
  const auth = readForeignAuth(value);
  if (auth === undefined) draft.note(`${key} is left out: a login is made when the server asks for one.`);
  else draft.set("auth", auth);
};

/** Settings of other clients by their plain names: lower case, without `_` and `-`. */
export const FOREIGN_SETTINGS: Readonly<Record<string, ReadSetting>> = {
  cmd: setText("command"),
  arguments: (draft, value) => draft.set("args", value),
  environment: mergeTexts("env"),
  environmentvariables: mergeTexts("env"),
  envs: mergeTexts("env"),
  envvars: passOn,
  envkeys: passOn,
  workingdirectory: setText("cwd"),
  workdir: setText("cwd"),
  serverurl: setText("url"),
  baseurl: setText("url"),
  uri: setText("url"),
  endpoint: setText("url"),
  httpurl: httpUrl,
  streamablehttpurl: httpUrl,
  httpheaders: mergeTexts("headers"),
  customheaders: mergeTexts("headers"),
  envhttpheaders: headersFromVariables,
  requestinit: requestOptions,
  eventsourceinit: requestOptions,
  requestoptions: requestOptions,
  bearertoken: bearer((text) => text),
  authorizationtoken: bearer((text) => text),
  apikey: bearer((text) => text),
  bearertokenenv: bearer((name) => `\${${name}}`),
  bearertokenenvvar: bearer((name) => `\${${name}}`),
  isactive: setEnabled,
  active: setEnabled,
  timeout: (draft, value, key) => {
    const { limitsConnecting } = draft;
    const target = limitsConnecting ? "connectTimeoutMs" : "timeoutMs";
    return setDuration(target, limitsConnecting ? "ms" : "guess")(draft, value, key);
  },
  requesttimeout: setDuration("timeoutMs", "guess"),
  calltimeout: setDuration("timeoutMs", "guess"),
  tooltimeout: setDuration("timeoutMs", "guess"),
  timeoutsec: setDuration("timeoutMs", "s"),
  timeoutseconds: setDuration("timeoutMs", "s"),
  tooltimeoutsec: setDuration("timeoutMs", "s"),
  tooltimeoutms: setDuration("timeoutMs", "ms"),
  readtimeoutseconds: setDuration("timeoutMs", "s"),
  connecttimeout: setDuration("connectTimeoutMs", "guess"),
  connectiontimeout: setDuration("connectTimeoutMs", "guess"),
  inittimeout: setDuration("connectTimeoutMs", "guess"),
  startuptimeout: setDuration("connectTimeoutMs", "guess"),
  startuptimeoutsec: setDuration("connectTimeoutMs", "s"),
  startuptimeoutms: setDuration("connectTimeoutMs", "ms"),
  includetools: filterTools("allow"),
  enabledtools: filterTools("allow"),
  allowedtools: filterTools("allow"),
  excludetools: filterTools("deny"),
  disabledtools: filterTools("deny"),
  blockedtools: filterTools("deny"),
  deniedtools: filterTools("deny"),
  alwaysallow: approvals,
  autoapprove: approvals,
  autoapproved: approvals,
  autorun: approvals,
  trust: approvals,
  trusted: approvals,
  approvalmode: approvals,
  defaulttoolsapprovalmode: approvals,
  requireapproval: approvals,
  oauth: readAuth,
  authprovidertype: readAuth,
  sampling: noMeaning,
  roots: noMeaning,
  required: noMeaning,
  alwaysload: noMeaning,
  startonlaunch: noMeaning,
  autostart: noMeaning,
  name: noMeaning,
  title: noMeaning,
  icon: noMeaning,
  icons: noMeaning,
  tags: noMeaning,
  version: noMeaning,
  source: noMeaning,
  settings: noMeaning,
  gallery: noMeaning,
  metadata: noMeaning,
  dev: noMeaning,
  bundled: noMeaning,
  shell: noMeaning,
};

/** Tools as clients list or switch them in `tools`; our own form is left alone. Returns false when it is ours. */
export function readToolList(draft: EntryDraft, value: unknown): boolean {
  if (Array.isArray(value) || typeof value === "string") return filterTools("allow")(draft, value, "tools") !== false;
  if (!isSchemaObject(value)) return false;
  const members = Object.entries(value);
  if (members.length === 0 || !members.every((member) => isSwitch(member))) return false;
  // Settings of one tool, such as when to ask about it, are rules that are read elsewhere.
  const switches = members.map(([name, own]) => [name, isSchemaObject(own) ? own["enabled"] !== false : own]);
  return filterTools("deny", false)(draft, Object.fromEntries(switches), "tools") !== false;
}

function isSwitch([name, own]: readonly [name: string, own: unknown]): boolean {
  return typeof own === "boolean" || (isSchemaObject(own) && name !== "allow" && name !== "deny");
}

/** Reads a map of texts in its own place; false when it is none. */
export const readEnv: ReadSetting = mergeTexts("env");
/** The same for headers. */
export const readHeaders: ReadSetting = mergeTexts("headers");
