/** Splits a list kept as text, so that the lists below stay readable. */
const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== "");

/** Words that strict JavaScript modules refuse as a binding, or that mean something else when they are one. */
const JAVASCRIPT = words(`
  arguments async await break case catch class const continue debugger default delete do else enum eval export extends
  false finally for function if implements import in instanceof interface let new null package private protected public
  return static super switch this throw true try typeof undefined var void while with yield NaN Infinity
`);

/** Keywords of Python. Soft keywords (`match`, `case`, `type`, `_`) can be bound and called, so they stay free. */
const PYTHON = words(`
  False None True and as assert async await break class continue def del elif else except finally for from global if
  import in is lambda nonlocal not or pass raise return try while with yield __debug__
`);

/**
 * Property names a language calls on its own: `then` turns a module or a server object into something `await` waits
 * for, the others are asked by conversions, by `JSON.stringify` and by code that inspects objects.
 */
const PROTOCOL = words(`
  then constructor prototype toString toLocaleString valueOf toJSON hasOwnProperty isPrototypeOf propertyIsEnumerable
`);

/**
 * Globals of the guests. Servers are globals there too, so a server that took one of these names would break programs
 * that never heard of it. Names that no guest defines (`fetch`, `process`, `time`) stay free: servers are called so.
 */
const GUEST_GLOBALS = words(`
  codemode servers skills generated console ToolError globalThis
  setTimeout clearTimeout setInterval clearInterval setImmediate clearImmediate queueMicrotask structuredClone
  AbortController AbortSignal TextEncoder TextDecoder URL URLSearchParams Event EventTarget atob btoa performance
  AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError
  FinalizationRegistry Float16Array Float32Array Float64Array Function Int16Array Int32Array Int8Array Intl Iterator
  JSON Map Math Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String
  Symbol SyntaxError TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakRef WeakSet
  WebAssembly decodeURI decodeURIComponent encodeURI encodeURIComponent escape isFinite isNaN parseFloat parseInt
  unescape
  abs aiter all anext any ascii asyncio bin bool breakpoint bytearray bytes callable chr classmethod compile complex
  copyright credits delattr dict dir divmod enumerate exec exit filter float format frozenset getattr globals
  hasattr hash help hex id input int isinstance issubclass iter len license list locals map max memoryview min next
  object oct open ord pow print property quit range repr reversed round set setattr slice sorted staticmethod str sum
  tuple type vars zip Ellipsis NotImplemented
  ArithmeticError AssertionError AttributeError BaseException BaseExceptionGroup BlockingIOError BrokenPipeError
  BufferError BytesWarning ChildProcessError ConnectionAbortedError ConnectionError ConnectionRefusedError
  ConnectionResetError DeprecationWarning EOFError EncodingWarning EnvironmentError Exception ExceptionGroup
  FileExistsError FileNotFoundError FloatingPointError FutureWarning GeneratorExit IOError ImportError ImportWarning
  IndentationError IndexError InterruptedError IsADirectoryError KeyError KeyboardInterrupt LookupError MemoryError
  ModuleNotFoundError NameError NotADirectoryError NotImplementedError OSError OverflowError PendingDeprecationWarning
  PermissionError ProcessLookupError PythonFinalizationError RecursionError ResourceWarning RuntimeError
  RuntimeWarning StopAsyncIteration StopIteration SyntaxWarning SystemError SystemExit TabError TimeoutError
  UnboundLocalError UnicodeDecodeError UnicodeEncodeError UnicodeError UnicodeTranslateError UnicodeWarning
  UserWarning ValueError Warning ZeroDivisionError
`);

const TOOL_WORDS: ReadonlySet<string> = new Set([...JAVASCRIPT, ...PYTHON, ...PROTOCOL]);
const SERVER_WORDS: ReadonlySet<string> = new Set([...TOOL_WORDS, ...GUEST_GLOBALS]);

/** Use of a name: tools are exports and attributes, servers are also globals. */
export type NameKind = "tool" | "server";

/**
 * Tells whether a name that is an identifier must still not be used as one in guest code.
 *
 * Names like `__class__` belong to the languages: Python asks modules for them, JavaScript has `__proto__`.
 */
export function isReservedWord(name: string, kind: NameKind): boolean {
  return (kind === "server" ? SERVER_WORDS : TOOL_WORDS).has(name) || isDunder(name);
}

function isDunder(name: string): boolean {
  return name.length > 4 && /^__[^_]/.test(name) && /[^_]__$/.test(name);
}
