// Decides what the interpreter may ask of JavaScript. Whatever Python code does, even with free use of the interpreter's
// memory, it can only reach the functions the WebAssembly module imports; after the lock all but these end the process.
const ALLOWED = new Set(
  `_PyEM_TrampolineCall_JS _Py_CheckEmscriptenSignals_Helper _Py_emscripten_runtime __assert_fail _abort_js
  __call_sighandler _emscripten_get_progname emscripten_runtime_keepalive_push emscripten_runtime_keepalive_pop
  emscripten_date_now emscripten_get_now emscripten_get_heap_max emscripten_resize_heap
  _tzset_js _timegm_js _mktime_js _localtime_js _gmtime_js clock_res_get clock_time_get random_get
  environ_sizes_get environ_get exit proc_exit _mmap_js _munmap_js _msync_js
  fd_close fd_read fd_write fd_sync fd_fdstat_get fd_seek fd_pread fd_pwrite _try_fcntl64
  __syscall_getuid32_js __syscall_umask_js __syscall_ioctl __syscall_fcntl64 __syscall_openat __syscall_faccessat
  __syscall_chdir __syscall_chmod __syscall_fchownat __syscall_dup __syscall_dup3 __syscall_fchdir __syscall_fchmod
  __syscall_fchmodat2 __syscall_fchown32 __syscall_fdatasync __syscall_fstat64 __syscall_stat64 __syscall_newfstatat
  __syscall_lstat64 __syscall_ftruncate64 __syscall_getcwd __syscall_getdents64 __syscall_mkdirat __syscall_mknodat
  __syscall_pipe __syscall_fadvise64 __syscall_fallocate __syscall_readlinkat __syscall_unlinkat __syscall_rmdir
  __syscall_renameat __syscall_statfs64 __syscall_fstatfs64 __syscall_symlinkat __syscall_truncate64 __syscall_utimensat`.split(
    /\s+/,
  ),
);
const NOT_PERMITTED = -63;
const NAME_LOOKUP_FAILED = -4;
const COMMAND_FAILED = 127 << 8;
/** Functions that ordinary programs may call: these fail as the operating system would fail them. */
const REFUSED = new Map([
  ["_emscripten_system", COMMAND_FAILED],
  ["getaddrinfo", NAME_LOOKUP_FAILED],
  ["getnameinfo", NAME_LOOKUP_FAILED],
  ["getprotobyname", 0],
  ["_setitimer_js", NOT_PERMITTED],
  ["__syscall_poll", NOT_PERMITTED],
  ["_try_shutdown", 0],
  ["_maybe_connect_async", null],
  ["_maybe_recvfrom_async", null],
  ["_maybe_sendto_async", null],
  ["_maybe_poll_async", null],
  ["_dlopen_js", 0],
  ["_dlsym_js", 0],
]);

/** Exit status of a process whose guest reached for what is locked. */
export const REACHED_OUT = 97;

/**
 * Wraps the imports of the interpreter's module as it is made; `lock()` then takes effect for good. `adapt` may replace
 * some before that.
 */
export function createBridgeLock(exit, adapt) {
  let locked = false;
  const instantiate = WebAssembly.instantiate;
  const guard = (name, original) => {
    const refusal = REFUSED.has(name) ? REFUSED.get(name) : name.startsWith("__syscall_") ? NOT_PERMITTED : undefined;
    const guarded = (...values) => {
      if (!locked) return original(...values);
      return refusal === undefined ? exit(REACHED_OUT) : refusal;
    };
    return Object.assign(guarded, original.sig === undefined ? {} : { sig: original.sig });
  };
  const guardAll = (functions) => {
    for (const [name, value] of Object.entries(functions)) {
      if (typeof value === "function" && !ALLOWED.has(name)) functions[name] = guard(name, value);
    }
  };
  WebAssembly.instantiate = (source, imports) => {
    if (imports?.env?.emscripten_resize_heap !== undefined) {
      for (const functions of new Set([imports.env, imports.wasi_snapshot_preview1])) {
        adapt(functions);
        guardAll(functions);
      }
    }
    return instantiate(source, imports);
  };
  return {
    lock() {
      locked = true;
      WebAssembly.instantiate = instantiate;
    },
  };
}
