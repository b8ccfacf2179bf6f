/** Targets of escape attempts; a program that reaches any of it shows it. */
export interface EscapeTargets {
  /** A host file whose text holds the canary. */
  readonly file: string;
  /** A host file that must not come into being. */
  readonly mark: string;
  /** A port of the host where connections are counted. */
  readonly port: number;
}

/** Python programs that try to get out, by the family they belong to. Each returns or prints what it got hold of. */
export function escapePrograms({ file, mark, port }: EscapeTargets): Readonly<Record<string, string>> {
  const shell = `cat ${file}; env; touch ${mark}`;
  const readByJs = `process.getBuiltinModule("fs").readFileSync("${file}","utf8")+JSON.stringify(process.env)`;
  return {
    ...files(file),
    ...processes(shell, mark, file),
    ...network(port),
    ...bridge(file, readByJs),
    ...introspection(shell),
    ...native(shell, readByJs),
  };
}

function files(file: string): Record<string, string> {
  return {
    open: `open("${file}").read()`,
    "io.open_code": `import io\nio.open_code("${file}").read()`,
    "os.open": `import os\nos.read(os.open("${file}", os.O_RDONLY), 1000)`,
    pathlib: `import pathlib\npathlib.Path("${file}").read_text()`,
    linecache: `import linecache\nlinecache.getlines("${file}")`,
    mmap: `import mmap\nwith open("${file}", "rb") as f: r = mmap.mmap(f.fileno(), 0, access=mmap.ACCESS_READ)[:]\nr`,
    runpy: `import runpy\nrunpy.run_path("${file}")`,
    "spec from file": `import importlib.util as u\ns = u.spec_from_file_location("x", "${file}")\ns.loader.get_data("${file}")`,
    "sqlite attach": `import sqlite3\nsqlite3.connect("file:${file}?mode=ro", uri=True).execute("select * from sqlite_master").fetchall()`,
    "sqlite readfile": `import sqlite3\nsqlite3.connect(":memory:").execute("select readfile('${file}')").fetchall()`,
    environment: `import os\n(dict(os.environ), os.getenv("CODEMODE_CANARY"))`,
    "proc environment": `open("/proc/self/environ").read() + open("/proc/1/environ").read()`,
    "symlink out": `import os\nos.symlink("${file}", "/tmp/l")\nopen("/tmp/l").read()`,
    "walk everything": `import os\nfound = []\nfor folder, _, names in os.walk("/"):\n  for name in names:\n    try: found.append(open(os.path.join(folder, name), errors="replace").read(2000)[:200]) if "lib/" not in folder and "dev" not in folder else None\n    except OSError: pass\nfound[:200]`,
    devices: `import os\nout = []\nfor name in ("/dev/tty", "/dev/mem", "/dev/shm"):\n  try: out.append(open(name).read(100))\n  except OSError as e: out.append(str(e))\nout`,
    "shutil copy": `import shutil\nshutil.copy("${file}", "/tmp/copy")\nopen("/tmp/copy").read()`,
    "file url": `import urllib.request\nurllib.request.urlopen("file://${file}").read()`,
  };
}

function processes(shell: string, mark: string, file: string): Record<string, string> {
  return {
    "os.system": `import os\nos.system("${shell}")`,
    "os.popen": `import os\nos.popen("${shell}").read()`,
    subprocess: `import subprocess\nsubprocess.run("${shell}", shell=True, capture_output=True).stdout`,
    _posixsubprocess: `import _posixsubprocess\n_posixsubprocess.fork_exec`,
    "fork and exec": `import os\npid = os.fork()\nif pid == 0: os.execv("/bin/sh", ["sh", "-c", "${shell}"])\npid`,
    posix_spawn: `import os\nos.posix_spawn("/bin/touch", ["touch", "${mark}"], {})`,
    execv: `import os\nos.execv("/bin/cat", ["cat", "${file}"])`,
    "asyncio subprocess": `import asyncio\np = await asyncio.create_subprocess_shell("${shell}", stdout=-1)\nawait p.communicate()`,
    multiprocessing: `import multiprocessing, os\np = multiprocessing.Process(target=os.system, args=("${shell}",))\np.start()\np.join()`,
    pty: `import pty\npty.spawn(["/bin/cat", "${file}"])`,
    pickle: `import pickle, os\nclass A:\n  def __reduce__(self): return (os.system, ("${shell}",))\npickle.loads(pickle.dumps(A()))`,
    webbrowser: `import webbrowser\nwebbrowser.open("file://${file}")`,
    "kill the parent": `import os, signal\n(os.getppid(), os.kill(os.getppid(), signal.SIGTERM))`,
  };
}

function network(port: number): Record<string, string> {
  const request = `b"GET /canary HTTP/1.0\\r\\n\\r\\n"`;
  return {
    socket: `import socket\ns = socket.create_connection(("127.0.0.1", ${port}), 2)\ns.sendall(${request})\ns.recv(100)`,
    "raw socket": `import _socket\ns = _socket.socket(2, 1, 0)\ns.connect(("127.0.0.1", ${port}))\ns.send(${request})`,
    datagram: `import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b"canary", ("127.0.0.1", ${port}))`,
    listen: `import socket\ns = socket.socket()\ns.bind(("0.0.0.0", 0))\ns.listen()\ns.getsockname()`,
    urllib: `import urllib.request\nurllib.request.urlopen("http://127.0.0.1:${port}/canary", timeout=2).read()`,
    "http.client": `import http.client\nc = http.client.HTTPConnection("127.0.0.1", ${port}, timeout=2)\nc.request("GET", "/canary")\nc.getresponse().read()`,
    "asyncio stream": `import asyncio\nr, w = await asyncio.open_connection("127.0.0.1", ${port})\nawait r.read(100)`,
    "name lookup": `import socket\nsocket.getaddrinfo("localhost", ${port})`,
    "fetch of pyodide": `from pyodide.http import pyfetch, open_url\nopen_url("http://127.0.0.1:${port}/canary").read()`,
    "fetch of js": `import js\nr = await js.fetch("http://127.0.0.1:${port}/canary")\nawait r.text()`,
  };
}

function bridge(file: string, readByJs: string): Record<string, string> {
  const findProxies =
    "import gc, sys\nfound = [o for o in gc.get_objects() if type(o).__name__ in ('JsProxy', 'JsBuffer', 'JsMap', 'JsCallable', 'JsFetchResponse') or 'JsProxy' in str(type(o).__mro__)]";
  return {
    js: `import js\njs.eval(${JSON.stringify(readByJs)})`,
    "js process": `import js\nstr(js.process.getBuiltinModule("fs").readFileSync("${file}", "utf8"))`,
    "js process env": `import js\njs.JSON.stringify(js.process.env)`,
    "js binding": `import js\nstr(js.process.binding("fs"))`,
    "js child process": `import js\nstr(js.process.getBuiltinModule("child_process").execSync("cat ${file}; env", js.JSON.parse('{"encoding":"utf8"}')))`,
    "js import": `import js\nm = await js.Function("return import('node:fs')")()\nm.readFileSync("${file}", "utf8")`,
    "js worker": `import js\nw = js.process.getBuiltinModule("worker_threads")\nstr(w.Worker.new(${JSON.stringify(readByJs)}))`,
    run_js: `from pyodide.code import run_js\nrun_js(${JSON.stringify(readByJs)})`,
    pyodide_js: `import pyodide_js\npyodide_js.FS.mkdir("/h")\npyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, {"root": "/"}, "/h")\nopen("/h${file}").read()`,
    mountNodeFS: `import pyodide_js\npyodide_js.mountNodeFS("/h", "/")\nopen("/h${file}").read()`,
    core: `import _pyodide_core\n_pyodide_core.raw_call`,
    "to_js constructor": `from pyodide.ffi import to_js\nto_js([]).constructor.constructor("return ${readByJs.replaceAll('"', "'")}")()`,
    "import hook removed": `import sys\nsys.meta_path[:] = [f for f in sys.meta_path if not type(f).__module__.startswith("_codemode")]\nfor name in list(sys.modules):\n  if "pyodide" in name: del sys.modules[name]\nimport pyodide.code\npyodide.code.run_js(${JSON.stringify(readByJs)})`,
    "builtin importer": `import importlib._bootstrap as b\ns = b.BuiltinImporter.find_spec("_pyodide_core")\nm = b._load(s)\nm.JsProxy`,
    "proxies in memory": `${findProxies}\nout = []\nfor o in found:\n  try: out.append(str(o.constructor.constructor("return ${readByJs.replaceAll('"', "'")}")()))\n  except Exception as e: out.append(str(e))\nout`,
    "functions in memory": `import gc\ndef name_of(o):\n  try: return getattr(o, "__name__", "")\n  except Exception: return ""\nfor o in gc.get_objects():\n  if name_of(o) == "run_js" and callable(o): print(o(${JSON.stringify(readByJs)}))\n  if type(o).__name__ == "module" and o.__name__ in ("pyodide_js", "js", "_pyodide_core"):\n    for n in dir(o):\n      print(n, str(getattr(o, n))[:2000])`,
    "proxy types": `import gc\nout = []\nfor o in gc.get_objects():\n  if isinstance(o, type) and "Js" in o.__name__:\n    try: out.append(o.new())\n    except Exception as e: out.append(str(e))\nout`,
    micropip: `import micropip\nawait micropip.install("file://${file}")`,
    run_sync: `from pyodide.ffi import run_sync\nimport js\nrun_sync(js.fetch("file://${file}"))`,
  };
}

function introspection(shell: string): Record<string, string> {
  return {
    subclasses: `for c in ().__class__.__base__.__subclasses__():\n  g = getattr(getattr(c, "__init__", None), "__globals__", {})\n  if "system" in g: print(g["system"]("${shell}")); break`,
    __import__: `__builtins__["__import__"]("os").system("${shell}") if isinstance(__builtins__, dict) else __builtins__.__import__("os").system("${shell}")`,
    frames: `import sys\nf, out = sys._getframe(), []\nwhile f:\n  out += [str(v)[:500] for v in f.f_globals.values()] + [str(v)[:500] for v in f.f_locals.values()]\n  f = f.f_back\nout[:300]`,
    "traceback frames": `out = []\ntry: 1 / 0\nexcept Exception as e:\n  f = e.__traceback__.tb_frame.f_back\n  while f: out.append(str(f.f_locals)[:2000]); f = f.f_back\nout`,
    "generator frame": `g = (x for x in [1])\n(str(g.gi_frame.f_globals)[:3000], str(g.gi_frame.f_builtins)[:1000])`,
    "format walk": `import os\nclass A: pass\n"{0.__class__.__init__.__globals__}".format(os._wrap_close(os, os)) + "{0.environ}".format(os)`,
    "arguments and host name": `import sys, platform, os, socket\n(sys.argv, sys.orig_argv, platform.uname(), os.uname(), os.getcwd(), socket.gethostname())`,
    "signal handlers": `import signal, os\nsignal.signal(signal.SIGINT, lambda *_: os.system("${shell}"))\nsignal.raise_signal(signal.SIGINT)`,
    atexit: `import atexit, os\natexit.register(lambda: os.system("${shell}"))\natexit._run_exitfuncs()`,
  };
}

function native(shell: string, readByJs: string): Record<string, string> {
  const byPointer = `f = getattr(ctypes.pythonapi, NAME)\nf.argtypes = [ctypes.c_char_p]\nprint(f(${JSON.stringify(readByJs)}.encode()))`;
  const getCtypes =
    'import sys, importlib._bootstrap as b\nsys.meta_path[:] = [f for f in sys.meta_path if not type(f).__module__.startswith("_codemode")]\nimport ctypes\n';
  return {
    "ctypes system": `import ctypes\nctypes.CDLL(None).system(b"${shell}")`,
    "ctypes without the hook": `${getCtypes}ctypes.CDLL(None).system(b"${shell}")`,
    "run_script by pointer": `${getCtypes}NAME = "emscripten_run_script"\n${byPointer}`,
    "run_script_string by pointer": `${getCtypes}NAME = "emscripten_run_script_string"\n${byPointer}`,
    "asm const": `${getCtypes}print(ctypes.pythonapi.emscripten_asm_const_int(0, 0, 0))`,
    "library from memory": `import importlib.util as u, importlib.machinery as m\nopen("/tmp/x.so", "wb").write(b"\\0asm\\1\\0\\0\\0")\nl = m.ExtensionFileLoader("x", "/tmp/x.so")\nl.create_module(u.spec_from_loader("x", l))`,
  };
}
