// The one way to the host: a pipe, which the interpreter sees as a device.
import { hash } from "node:crypto";
import fs from "node:fs";

const PIPE = 3;
const READ_BYTES = 65_536;
const HEADER_BYTES = 9;
const SECRET_BYTES = 16;
/** Kinds of messages: the last one of a program, and the proof that nothing of it runs on. */
const END = 7;
const RESTED = 8;

/**
 * Reads from the pipe the secret that the host gave this process, which no program sees.
 *
 * The last message of a program is held back until the interpreter waits for the next one, and goes out with a number made
 * of the secret, another one each time: it proves that nothing of the program runs on. `exit` ends the process when the
 * host hangs up.
 */
export function createPipe(exit) {
  const ahead = new Uint8Array(READ_BYTES);
  let from = 0;
  let to = 0;
  let end;
  let rests = 0;
  const secret = new Uint8Array(SECRET_BYTES);
  for (let count = 0; count < SECRET_BYTES;) {
    count += fs.readSync(PIPE, secret, count, SECRET_BYTES - count, null) || exit(0);
  }
  const key = Buffer.from(secret).toString("hex");

  const hold = (message) => {
    release(false);
    end = new Uint8Array(message.length + HEADER_BYTES);
    end.set(message);
  };
  const release = (isAtRest) => {
    if (end === undefined) return;
    const bytes = end;
    end = undefined;
    const length = bytes.length - HEADER_BYTES;
    if (isAtRest) {
      const number = Number.parseInt(hash("sha256", `${key}${rests}`).slice(0, 8), 16);
      rests += 1;
      bytes[length] = RESTED;
      new DataView(bytes.buffer).setUint32(length + 1, number, true);
    }
    writeAll(bytes, 0, isAtRest ? bytes.length : length);
  };
  const send = (buffer, offset, length) => {
    // What follows the end of a program came of something that runs on.
    release(false);
    writeAll(buffer, offset, length);
  };
  const fillInto = (buffer, offset) => {
    release(true);
    return fs.readSync(PIPE, buffer, offset, READ_BYTES, null) || exit(0);
  };
  const fill = () => {
    from = 0;
    to = fillInto(ahead, 0);
  };
  const take = (buffer, offset, length) => {
    const count = Math.min(length, to - from);
    buffer.set(ahead.subarray(from, from + count), offset);
    from += count;
    return count;
  };

  return {
    /**
     * A read of `READ_BYTES` returns what is there, any other read as much as was asked for: how the bytes came is not to be
     * seen by a program that can be repeated. A write that begins with the last message of a program holds nothing else.
     */
    device: {
      open(stream) {
        stream.seekable = false;
      },
      read(...[, buffer, offset, length]) {
        if (from === to) {
          if (length === READ_BYTES) return fillInto(buffer, offset);
          fill();
        }
        const wanted = length === READ_BYTES ? Math.min(length, to - from) : length;
        for (let count = 0; count < wanted; count += take(buffer, offset + count, wanted - count)) {
          if (from === to) fill();
        }
        return wanted;
      },
      write(...[, buffer, offset, length]) {
        if (length >= HEADER_BYTES && buffer[offset] === END) hold(buffer.subarray(offset, offset + length));
        else send(buffer, offset, length);
        return length;
      },
    },
    /** Sends a message of one kind; returns the number of its bytes. */
    message(kind, bytes) {
      const frame = new Uint8Array(HEADER_BYTES + bytes.length);
      const view = new DataView(frame.buffer);
      view.setUint8(0, kind);
      view.setUint32(5, bytes.length, true);
      frame.set(bytes, HEADER_BYTES);
      send(frame, 0, frame.length);
      return bytes.length;
    },
  };
}

function writeAll(buffer, offset, length) {
  let done = 0;
  while (done < length) done += fs.writeSync(PIPE, buffer, offset + done, length - done);
}
