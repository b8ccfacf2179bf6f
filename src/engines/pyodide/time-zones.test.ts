import { expect, test } from "vitest";
import { timeZoneFile, timeZoneNames } from "./time-zones.ts";

interface Zone {
  readonly times: readonly number[];
  /** Offset in seconds, daylight saving and abbreviation after each time. */
  readonly periods: readonly (readonly [offset: number, isDaylight: boolean, abbreviation: string])[];
}

/** Reads the second block of a compiled zone. */
function decode(file: Buffer): Zone {
  const counts = (start: number): readonly number[] =>
    [20, 24, 28, 32, 36, 40].map((at) => file.readUInt32BE(start + at));
  const [utc = 0, standard = 0, leaps = 0, times = 0, types = 0, characters = 0] = counts(0);
  const second = 44 + times * 5 + types * 6 + characters + leaps * 8 + standard + utc;
  const [, , , changes = 0, kinds = 0, text = 0] = counts(second);
  const start = second + 44;
  const table = start + changes * 9;
  const names = file.toString("latin1", table + kinds * 6, table + kinds * 6 + text);
  const kindAt = (index: number): readonly [number, boolean, string] => {
    const at = table + index * 6;
    const name = names.slice(file.readUInt8(at + 5)).split("\0")[0] ?? "";
    return [file.readInt32BE(at), file.readUInt8(at + 4) === 1, name];
  };
  return {
    times: Array.from({ length: changes }, (_, index) => Number(file.readBigInt64BE(start + index * 8))),
    periods: Array.from({ length: changes }, (_, index) => kindAt(file.readUInt8(start + changes * 8 + index))),
  };
}

test.each([
  ["Europe/Berlin", "2026-03-29T01:00:00Z", [7200, true, "CEST"]],
  ["Europe/Berlin", "2026-10-25T01:00:00Z", [3600, false, "CET"]],
  ["America/New_York", "2026-03-08T07:00:00Z", [-14_400, true, "EDT"]],
  ["America/New_York", "2026-11-01T06:00:00Z", [-18_000, false, "EST"]],
  ["Australia/Sydney", "2026-10-03T16:00:00Z", [39_600, true, "AEDT"]],
  ["Asia/Kathmandu", "1985-12-31T18:30:00Z", [20_700, false, "+0545"]],
] as const)("without files of the system %s changes at %s as Node knows it", async (name, time, period) => {
  const { times, periods } = decode(await timeZoneFile(name, []));
  const index = times.indexOf(Date.parse(time) / 1000);
  expect(index).toBeGreaterThanOrEqual(0);
  expect(periods[index]).toEqual(period);
});

test("a zone without changes has none", async () => {
  expect(decode(await timeZoneFile("Etc/GMT-5", [])).times).toEqual([]);
});

test.each(["Europe/Berln", "Berlin", "Asia/Berlin"])("%s is not a zone, and the nearest is named", async (name) => {
  await expect(timeZoneFile(name)).rejects.toThrow("Did you mean Europe/Berlin?");
});

test.each(["../../etc/passwd", "/etc/hostname", "Europe/../../../etc/passwd", "localtime", "posix/localtime", ""])(
  "%j is not looked for in files",
  async (name) => {
    await expect(timeZoneFile(name)).rejects.toThrow(RangeError);
  },
);

test("the names hold those of every continent", () => {
  expect(timeZoneNames()).toEqual(expect.arrayContaining(["UTC", "Europe/Paris", "Asia/Tokyo", "America/Lima"]));
});
