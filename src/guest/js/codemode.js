// The built-in module `codemode`.

import {
  NativeError,
  NativePromise,
  NativeTypeError,
  append,
  defineProperty,
  floor,
  freeze,
  isArray,
  keys,
  max,
  running,
  stringify,
} from "codemode:guest/intrinsics";
import { defineGlobal } from "codemode:guest/intrinsics";
import { call, callNamed, giveUp, ToolError } from "codemode:guest/calls";
import { noteShown } from "codemode:guest/console";
import { noteThrown } from "codemode:guest/faults";
import { namespace } from "codemode:guest/namespaces";
import { entered, failed, leaving, renamed } from "codemode:guest/rewritten";
import { sleep, startTimer, stopTimer } from "codemode:guest/timers";
import { withWholeStack } from "codemode:guest/tool-error";

/** Calls a tool by its full name; name and arguments may come in one object, as clients of MCP take them. */
function callTool(name, args, options) {
  if (typeof name !== "string") {
    const owner = typeof name?.server === "string" ? `${name.server}__` : "";
    const given = typeof name?.name === "string" ? owner + name.name : "server__tool";
    if (given === name?.name && args === undefined && isClientCall(name))
      return callNamed({ __proto__: null, name: given, args: name.arguments, options }, new NativeError());
    throw new NativeTypeError(
      `callTool takes the full name of the tool as a text, then its arguments: callTool(${stringify(given)}, { … })`,
    );
  }
  return callNamed({ __proto__: null, name, args, options }, new NativeError());
}

function isClientCall(request) {
  for (const key of keys(request)) if (key !== "name" && key !== "arguments") return false;
  return true;
}

/** Options, or the value of one of them alone, as languages with positional parameters have it. */
function asOptions(options, name) {
  if (options === undefined || options === null) return {};
  return isObject(options) ? options : { [name]: options };
}

function isObject(value) {
  return typeof value === "object" && value !== null && !isArray(value);
}

/** Finds tools by a few words; words and options may come in one object. */
function search(query, options) {
  const asked = isObject(query) ? query : { __proto__: null, query };
  return call('"codemode:search"', { ...asOptions(options, "limit"), ...asked }, new NativeError());
}

/** Describes a tool or a list of tools; the name and options may come in one object. */
function describe(name, options) {
  const asked = isObject(name)
    ? { ...name, name: name.name ?? name.tool_name ?? name.toolName }
    : { __proto__: null, name };
  return call('"codemode:describe"', { ...asOptions(options, "detail"), ...asked }, new NativeError());
}

/** Hands content on to the caller. */
function emit(item, ...more) {
  noteShown();
  const first = call('"codemode:emit"', { item }, new NativeError());
  return more.length === 0 ? first : NativePromise.all([first, ...more.map((each) => emit(each))]).then(() => null);
}

/** Asks a server, or all, for what it has beside tools. */
function ask(method, server, params) {
  return call('"codemode:ask"', { method, server, params }, new NativeError());
}

const listResources = (server) => ask("resources/list", server);
const listResourceTemplates = (server) => ask("resources/templates/list", server);
const listPrompts = (server) => ask("prompts/list", server);
const readResource = (server, uri) => callTool(`${server}__resources/read`, { uri });
const getPrompt = (server, name, args) => callTool(`${server}__prompts/get`, { name, arguments: args ?? {} });
const complete = (server, ref, argument) => ask("completion/complete", server, { ref, argument });

/** The id of an artifact, or of what saving one returned. */
const idOf = (artifact) => (typeof artifact === "object" && artifact !== null ? artifact.id : artifact);

const artifacts = freeze({
  save: (value, options) =>
    call('"codemode:artifact-save"', { ...asOptions(options, "name"), value }, new NativeError()),
  read: (kept, options) =>
    call('"codemode:artifact-read"', { ...asOptions(options, "path"), id: idOf(kept) }, new NativeError()),
  list: () => call('"codemode:artifact-list"', {}, new NativeError()),
  search: (query, options) =>
    call('"codemode:artifact-search"', { ...asOptions(options, "limit"), query }, new NativeError()),
  lines: (kept, options) => call('"codemode:artifact-lines"', { ...options, id: idOf(kept) }, new NativeError()),
  rows: (kept, options) => call('"codemode:artifact-rows"', { ...options, id: idOf(kept) }, new NativeError()),
  whole: (kept) => freeze({ $artifact: String(idOf(kept)) }),
});

const named = (skill) => (typeof skill === "string" ? { name: skill } : skill);

const skills = freeze({
  list: (options) => call('"codemode:skill-list"', options ?? {}, new NativeError()),
  load: (skill) => call('"codemode:skill-load"', named(skill), new NativeError()),
  resource: (skill, resource) => {
    const request =
      typeof skill !== "string"
        ? skill
        : resource === undefined
          ? { resource_name: skill }
          : { name: skill, resource_name: resource };
    return call('"codemode:skill-resource"', request, new NativeError());
  },
  run: (skill, args) =>
    call(
      '"codemode:skill-run"',
      typeof skill === "string" ? { name: skill, arguments: args ?? {} } : skill,
      new NativeError(),
    ),
});

/** Runs `fn` until it succeeds, at most `maxAttempts` times, `delayMs` apart; then throws its last error. */
async function retry(fn, options, more) {
  const { maxAttempts = 3, delayMs = more ?? 1000 } = asOptions(options, "maxAttempts");
  if (typeof fn !== "function") throw notAFunction("retry");
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fn();
    } catch (error) {
      if (attempt >= maxAttempts) throw error;
    }
    await sleep(delayMs);
  }
}

/** Polls until `condition` returns something true, and returns that. */
async function waitFor(condition, options) {
  const { intervalMs = 1000, timeoutMs } = asOptions(options, "timeoutMs");
  if (typeof condition !== "function") throw notAFunction("waitFor");
  const deadline = timeoutMs === undefined ? undefined : running() + timeoutMs;
  const late = deadline === undefined ? undefined : timedOut("The condition was not met", timeoutMs);
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (deadline !== undefined && running() >= deadline) throw late;
    await sleep(deadline === undefined ? intervalMs : Math.min(intervalMs, max(0, deadline - running())));
  }
}

/** The outcome of a promise, or an error when it takes longer than `timeoutMs`. */
function runWithTimeout(promise, options) {
  const timeoutMs = milliseconds(asOptions(options, "timeoutMs").timeoutMs, "runWithTimeout(promise, 5000)");
  // Made here, where the program is on the stack.
  const late = timedOut("It took", timeoutMs);
  return new NativePromise((resolve, reject) => {
    let work;
    const giveUpWaiting = () => {
      giveUp([work]);
      reject(late);
    };
    const timer = startTimer(giveUpWaiting, timeoutMs);
    void (async () => {
      try {
        work = typeof promise === "function" ? promise() : promise;
        resolve(await work);
      } catch (error) {
        reject(error);
      } finally {
        stopTimer(timer);
      }
    })();
  });
}

function notAFunction(helper) {
  return new NativeTypeError(
    `${helper} takes a function, which it calls again each time: ${helper}(() => server.tool({ … }), { … })`,
  );
}

function timedOut(what, timeoutMs) {
  const error = new NativeError(`${what} within ${timeoutMs} ms.`);
  if (what === "It took") error.message = `It took longer than ${timeoutMs} ms.`;
  error.name = "TimeoutError";
  return error;
}

/** Runs functions (or takes promises), at most `limit` functions at a time; results in order, the first error wins. */
async function parallel(tasks, options) {
  const { limit } = asOptions(options, "limit");
  if (typeof tasks === "function")
    throw new NativeTypeError("parallel takes one list of functions: parallel([() => a(), () => b()], { limit })");
  const list = isArray(tasks) ? tasks : [...tasks];
  const results = [];
  let next = 0;
  const work = async () => {
    while (next < list.length) {
      const index = next;
      next += 1;
      const task = list[index];
      results[index] = await (typeof task === "function" ? task() : task);
    }
  };
  const workers = [];
  const count = Math.min(list.length, max(1, floor(limit ?? list.length)));
  for (let index = 0; index < count; index += 1) append(workers, work());
  await Promise.all(workers);
  return results;
}

/** Lets at most `maxCalls` through in any `periodMs`. */
class RateLimiter {
  #maxCalls;
  #periodMs;
  #taken = [];
  #turn = NativePromise.resolve();

  constructor(options, more) {
    const { maxCalls, periodMs = more ?? 1000 } = asOptions(options, "maxCalls");
    if (!(maxCalls >= 1) || !(periodMs >= 0))
      throw new RangeError("RateLimiter needs maxCalls of at least 1 and periodMs of at least 0");
    this.#maxCalls = maxCalls;
    this.#periodMs = periodMs;
  }

  /** Waits for its turn. */
  acquire() {
    const turn = this.#after(this.#turn);
    this.#turn = turn;
    return turn;
  }

  /** Runs `fn` in its turn. */
  async run(fn) {
    await this.acquire();
    return fn();
  }

  async #after(earlier) {
    await earlier;
    for (;;) {
      const time = running();
      while (this.#taken.length > 0 && this.#taken[0] <= time - this.#periodMs) this.#taken.shift();
      if (this.#taken.length < this.#maxCalls) break;
      await sleep(this.#taken[0] + this.#periodMs - time);
    }
    this.#taken.push(running());
  }
}

const sleepFor = (delayMs) => sleep(milliseconds(delayMs ?? 0, "sleep(1000)"));

function milliseconds(time, written) {
  const ms = typeof time === "string" && time.trim() !== "" ? Number(time) : time;
  if (typeof ms === "number" && ms === ms) return ms;
  throw new NativeTypeError(`${written.split("(")[0]} takes a number of milliseconds: ${written}`);
}

const codemode = freeze({
  callTool,
  call_tool: callTool,
  search,
  describe,
  emit,
  artifacts,
  skills,
  sleep: sleepFor,
  retry,
  waitFor,
  wait_for: waitFor,
  runWithTimeout,
  run_with_timeout: runWithTimeout,
  parallel,
  RateLimiter,
  ToolError,
  listResources,
  list_resources: listResources,
  listResourceTemplates,
  list_resource_templates: listResourceTemplates,
  readResource,
  read_resource: readResource,
  listPrompts,
  list_prompts: listPrompts,
  getPrompt,
  get_prompt: getPrompt,
  complete,
});

// Programs use the helpers without importing them, in the spelling of either language.
for (const name of keys(codemode)) defineGlobal(name, codemode[name]);
defineGlobal("codemode", codemode);

function defineMember(owner, name, value) {
  defineProperty(owner, name, { __proto__: null, value });
  return owner;
}

// Rewritten programs throw through it, ask errors for their stack, name their functions and leave loops by it. Module texts reach their objects through this; what it returns is public anyway.
defineProperty(globalThis, "__codemode__", {
  __proto__: null,
  value: rewritten(),
});

function rewritten() {
  const members = { __proto__: null, thrown: noteThrown, traced: withWholeStack, renamed, entered, failed, leaving };
  const access = (name) => (name === undefined ? codemode : namespace(name));
  for (const name of keys(members)) defineMember(access, name, members[name]);
  return freeze(access);
}
