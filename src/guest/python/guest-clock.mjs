// The time and the chance that the interpreter sees. A cell that can be repeated is given both: its clock stands at the time
// of the last message it received and moves a little whenever it is read, and its random bytes come from a seed.

const LOOK_MS = 0.01;
const REALTIME = 0;
const SEEDED_BYTES = 32;

/** Takes the place of the functions by which the interpreter asks for time and random bytes. */
export function createGuestClock() {
  /** Undefined while the guest sees the machine's own. */
  let time;
  let random;
  let heap = () => undefined;

  const look = () => {
    time.running += LOOK_MS;
    return time;
  };

  return {
    /** Called with the imports of the interpreter's module before it is made. */
    adapt(functions) {
      const { clock_time_get: clock, emscripten_date_now: date, emscripten_get_now: now, random_get: fill } = functions;
      if (clock !== undefined) functions.clock_time_get = timeInto(clock);
      if (fill !== undefined) functions.random_get = bytesInto(fill);
      if (date !== undefined) {
        functions.emscripten_date_now = () => (time === undefined ? date() : look().running + time.down);
      }
      if (now !== undefined) functions.emscripten_get_now = () => (time === undefined ? now() : look().running);
    },
    /** The interpreter's memory, once there is one. */
    use(memory) {
      heap = memory;
    },
    /** Operations of a device that sets the time: two doubles, and after them the seed of a new session. */
    device: {
      write(...[, buffer, offset, length]) {
        const view = new DataView(buffer.buffer, buffer.byteOffset + offset, length);
        const [wall, running] = [view.getFloat64(0, true), view.getFloat64(8, true)];
        if (Number.isNaN(wall)) {
          time = undefined;
          random = undefined;
          return length;
        }
        time = { running: Math.max(running, time?.running ?? running), down: wall - running };
        if (length === SEEDED_BYTES) random = xoshiro([0, 1, 2, 3].map((index) => view.getInt32(16 + 4 * index, true)));
        return length;
      },
    },
  };

  function timeInto(original) {
    return (id, precision, pointer) => {
      if (time === undefined) return original(id, precision, pointer);
      const { running, down } = look();
      const nanoseconds = BigInt(Math.round((id === REALTIME ? running + down : running) * 1e6));
      new DataView(heap().buffer).setBigInt64(pointer >>> 0, nanoseconds, true);
      return 0;
    };
  }

  function bytesInto(original) {
    return (pointer, size) => {
      if (random === undefined) return original(pointer, size);
      const bytes = heap();
      for (let index = 0; index < size; index += 1) bytes[(pointer >>> 0) + index] = random() >>> 24;
      return 0;
    };
  }
}

/** xoshiro128**: 32-bit numbers from four others. */
function xoshiro([s0, s1, s2, s3]) {
  return () => {
    const t = Math.imul(s1, 5);
    const result = Math.imul((t << 7) | (t >>> 25), 9) >>> 0;
    const u = s1 << 9;
    s2 ^= s0;
    s3 ^= s1 || 1;
    s1 ^= s2;
    s0 ^= s3;
    s2 ^= u;
    s3 = (s3 << 11) | (s3 >>> 21);
    return result;
  };
}
