// The process a Python session lives in. It loads the interpreter, closes every door but one pipe, and hands over to
// Python, which never returns: the process ends when the pipe is closed or when it is killed.
import childProcess from "node:child_process";
import { createHash } from "node:crypto";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { pathToFileURL } from "node:url";
import { createBridgeLock } from "./bridge-lock.mjs";
import { createGuestClock } from "./guest-clock.mjs";
import { createPipe } from "./pipe.mjs";

const GUEST_HOME = "/home/guest";
const GUEST_LIBRARY = "/lib/codemode";
const HEADER_BYTES = 4096;
const PAGE_BYTES = 65_536;
/** Files of this size and more grow in place. */
const LARGE_FILE_BYTES = 1024 * 1024;
const ORPHAN_CHECK_MS = 200;
const exit = process.reallyExit.bind(process);
const { mode, locked, pyodideDirectory, guestDirectory, snapshotFile, watchParent } = JSON.parse(process.argv[2]);

/** The permission model forbids the binding that the interpreter's file system reads its constants from. */
process.binding = (name) => (name === "constants" ? { fs: fs.constants } : {});
if (locked) {
  for (const name of Object.keys(childProcess)) childProcess[name] = () => ({ status: 127 });
  syncBuiltinESMExports();
  for (const name of ["Suspending", "promising"]) delete WebAssembly[name];
}
const clock = createGuestClock();
const bridge = createBridgeLock(exit, (functions) => clock.adapt(functions));
/** Making an image needs no host. */
const pipe = mode === "make" ? undefined : createPipe(exit);

await (mode === "make" ? makeSnapshot() : serve());

async function makeSnapshot() {
  const pyodide = await load({ _makeSnapshot: true });
  installGuest(pyodide);
  const image = pyodide.makeMemorySnapshot();
  const sha256 = createHash("sha256").update(image).digest("hex");
  const header = JSON.stringify({ format: 1, bytes: image.length, sha256 }).padEnd(HEADER_BYTES);
  fs.writeFileSync(snapshotFile, header, { mode: 0o600, flag: "wx" });
  fs.appendFileSync(snapshotFile, image);
  exit(0);
}

async function serve() {
  const image = snapshotFile === undefined ? undefined : readImage(snapshotFile);
  const pyodide = await load(image === undefined ? {} : { _loadSnapshot: image });
  if (image === undefined) installGuest(pyodide);
  const { _module: module, FS } = pyodide;
  const { _PyRun_SimpleStringFlags: runProgram, stringToNewUTF8 } = module;
  limitMemory(module, FS);
  addDevice(FS, { name: "codemode", minor: 1, operations: pipe.device });
  clock.use(() => module.HEAPU8);
  addDevice(FS, { name: "codemode-clock", minor: 3, operations: clock.device });
  if (watchParent) exitWithParent(module);
  const program = stringToNewUTF8(`from _codemode_guest.session import serve\nserve(${locked ? "True" : "False"})`);
  if (locked) bridge.lock();
  runProgram(program, 0);
  exit(1);
}

async function load(extra) {
  const { loadPyodide } = await import(pathToFileURL(`${pyodideDirectory}/pyodide.mjs`).href);
  const pyodide = await loadPyodide({
    indexURL: pyodideDirectory,
    env: { HOME: GUEST_HOME, PYTHONHASHSEED: "0" },
    jsglobals: locked ? Object.freeze(Object.create(null)) : globalThis,
    lockFileContents: { info: lockInfo(), packages: {} },
    // The interpreter would show the host's path of this script otherwise.
    _sysExecutable: "/usr/bin/python3",
    stdin: () => null,
    stdout: () => {},
    stderr: () => {},
    ...extra,
  });
  // Output of C code or of a closed-over stream reaches the host as output too.
  if (pipe !== undefined) {
    pyodide.setStdout({ write: (bytes) => pipe.message(4, bytes) });
    pyodide.setStderr({ write: (bytes) => pipe.message(5, bytes) });
  }
  return pyodide;
}

function lockInfo() {
  return JSON.parse(fs.readFileSync(`${pyodideDirectory}/pyodide-lock.json`, "utf8")).info;
}

function installGuest(pyodide) {
  const folder = `${GUEST_LIBRARY}/_codemode_guest`;
  pyodide.FS.mkdirTree(folder);
  const files = fs.readdirSync(guestDirectory).filter((name) => name.endsWith(".py"));
  for (const name of files) pyodide.FS.writeFile(`${folder}/${name}`, fs.readFileSync(`${guestDirectory}/${name}`));
  pyodide.runPython(
    `import sys\nsys.path.insert(0, "${GUEST_LIBRARY}")\nimport _codemode_guest.preload, _codemode_guest.own\n` +
      `_codemode_guest.own.import_runtime()\nsys.path.remove("${GUEST_LIBRARY}")`,
  );
}

/** The stored image: a header for the host to check, then the bytes the interpreter's memory starts with. */
function readImage(file) {
  return fs.readFileSync(file).subarray(HEADER_BYTES);
}

function addDevice(FS, { name, minor, operations }) {
  const device = FS.makedev(77, minor);
  FS.registerDevice(device, operations);
  FS.mkdev(`/dev/${name}`, device);
}

/**
 * A device that lowers, never raises, how much more memory may be held than is now: that of the interpreter, which never gives
 * any back, and in-memory files, which live outside it, have the same room.
 */
function limitMemory(module, FS) {
  const { value: grow } = Object.getOwnPropertyDescriptor(WebAssembly.Memory.prototype, "grow");
  let room = Infinity;
  let begin = 0;
  const files = countFiles(FS, (bytes) => bytes + (module.HEAP8.length - begin) <= room);
  WebAssembly.Memory.prototype.grow = function (pages) {
    const grown = this.buffer.byteLength + pages * PAGE_BYTES - begin;
    if (grown + files.held > room) throw new RangeError("memory limit");
    return grow.call(this, pages);
  };
  const write = (...[, buffer, offset, length]) => {
    const value = new DataView(buffer.buffer, buffer.byteOffset + offset, length).getFloat64(0, true);
    if (value >= 0 && room === Infinity) {
      begin = module.HEAP8.length;
      files.begin(value);
    }
    if (value >= 0) room = Math.min(room, module.HEAP8.length - begin + value);
    return length;
  };
  addDevice(FS, { name: "codemode-memory", minor: 2, operations: { write } });
}

/** Counts the bytes of in-memory files that were made since `begin`, and refuses those for which `fits` says that there is no room. */
function countFiles(FS, fits) {
  const { MEMFS } = FS.filesystems;
  const NO_SPACE = 51;
  let before = 0;
  let mostBytes = 0;
  const files = {
    held: 0,
    begin(room) {
      mostBytes = room;
      before = bytesOfFiles(FS);
      files.held = 0;
    },
  };
  const claim = (bytes) => {
    if (mostBytes === 0) return;
    // Files that were removed are missed now.
    if (bytes > 0 && !fits(files.held + bytes)) files.held = Math.max(0, bytesOfFiles(FS) - before);
    if (bytes > 0 && !fits(files.held + bytes)) throw new FS.ErrnoError(NO_SPACE);
    files.held += bytes;
  };
  const { write } = MEMFS.stream_ops;
  // The files that there are have the table, which copied what it holds.
  MEMFS.ops_table.file.stream.write = MEMFS.stream_ops.write = (...values) => {
    const [{ node }, , , length, position] = values;
    const { length: capacity } = node.contents;
    const wanted = Math.max(0, position + length - capacity);
    claim(wanted);
    const written = write(...values);
    // A small file is given more room than it needs.
    files.held += node.contents.length - capacity - wanted;
    return written;
  };
  const { expandFileStorage, resizeFileStorage } = MEMFS;
  MEMFS.expandFileStorage = (node, bytes) => {
    if (bytes < LARGE_FILE_BYTES || mostBytes === 0) expandFileStorage(node, bytes);
    else if (bytes > node.contents.length) growInPlace(node, bytes, mostBytes);
  };
  MEMFS.resizeFileStorage = (node, bytes) => {
    claim(bytes - node.contents.length);
    if (node.contents.buffer.resizable) {
      growInPlace(node, bytes, mostBytes);
      node.usedBytes = bytes;
    } else resizeFileStorage(node, bytes);
  };
  return files;
}

/** A large file is not copied each time it grows: both copies would be held. */
function growInPlace(node, bytes, mostBytes) {
  if (!node.contents.buffer.resizable) {
    const contents = new Uint8Array(new ArrayBuffer(bytes, { maxByteLength: Math.max(bytes, mostBytes) }));
    contents.set(node.contents.subarray(0, node.usedBytes));
    node.contents = contents;
  } else node.contents.buffer.resize(bytes);
}

/** Bytes of all files that can be reached by name, or are open. */
function bytesOfFiles(FS) {
  const seen = new Set();
  let bytes = 0;
  const count = (node) => {
    if (node === undefined || seen.has(node)) return;
    seen.add(node);
    if (FS.isFile(node.mode)) bytes += node.contents?.length ?? 0;
    else if (FS.isDir(node.mode)) Object.values(node.contents ?? {}).forEach(count);
  };
  count(FS.root);
  for (const stream of FS.streams) count(stream?.node);
  return bytes;
}

/** The interpreter asks for signals every few dozen instructions; that is when an orphan notices that it is one. */
function exitWithParent(module) {
  const parent = process.ppid;
  let checkedAt = performance.now();
  module.Py_EmscriptenSignalBuffer = {
    get 0() {
      const now = performance.now();
      if (now - checkedAt > ORPHAN_CHECK_MS) {
        checkedAt = now;
        if (process.ppid !== parent) exit(0);
      }
      return 0;
    },
    set 0(_value) {},
  };
  const { _Py_EMSCRIPTEN_SIGNAL_HANDLING: switchAddress } = module;
  module.HEAP8[switchAddress] = 1;
}
