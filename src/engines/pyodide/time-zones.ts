import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { boundText } from "../../base/bound-text.ts";
import { closestName } from "../../base/closest-name.ts";

/** Folders in which systems keep compiled time zones. */
const SYSTEM_FOLDERS = ["/usr/share/zoneinfo", "/usr/lib/zoneinfo", "/usr/share/lib/zoneinfo", "/etc/zoneinfo"];
const ZONE_NAME = /^[A-Za-z0-9_+-]{1,40}(?:\/[A-Za-z0-9_+-]{1,40}){0,3}$/;
const MAX_BYTES = 100_000;
const FIRST_YEAR = 1970;
const LAST_YEAR = 2099;
const STEP_SECONDS = 14 * 24 * 3600;
const LANGUAGES = ["en-US", "en-GB", "en-AU", "en-CA", "en-ZA", "en-IN"];

let knownNames: readonly string[] | undefined;

/** Names of the time zones that this Node knows. */
export function timeZoneNames(): readonly string[] {
  return (knownNames ??= ["UTC", "GMT", ...Intl.supportedValuesOf("timeZone")]);
}

/** Longest name that is compared with those of time zones. */
const MOST_CHARACTERS = 60;

/**
 * A time zone as a compiled file (TZif), from the system's files where it has them, else from what Node knows of the
 * years 1970 to 2099. Throws a `RangeError` that names the nearest one for a zone that does not exist.
 */
export async function timeZoneFile(name: string, folders: readonly string[] = SYSTEM_FOLDERS): Promise<Buffer> {
  // The zone of the machine is nobody's concern.
  if (ZONE_NAME.test(name) && !name.endsWith("localtime")) {
    for (const folder of folders) {
      const file = await readFile(join(folder, name)).catch(() => undefined);
      if (file !== undefined && file.length <= MAX_BYTES && file.toString("latin1", 0, 4) === "TZif") return file;
    }
  }
  const clock = name.length > MOST_CHARACTERS ? undefined : zoneClock(name);
  if (clock === undefined) {
    const near = name.length > MOST_CHARACTERS ? undefined : nearestZone(name);
    throw new RangeError(
      `There is no time zone ${JSON.stringify(boundText(name, MOST_CHARACTERS))}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
    );
  }
  return encodeZone(findPeriods(clock));
}

/** Names are compared by their last part, since continents are what is guessed wrong. */
function nearestZone(wanted: string): string | undefined {
  const last = (name: string): string => name.slice(name.lastIndexOf("/") + 1);
  const near = timeZoneNames().filter((name) => closestName(last(wanted), [last(name)]) !== undefined);
  const best = closestName(last(wanted), near.map(last));
  return near.find((name) => last(name) === best);
}

/** Rule that holds from a given second on. */
interface Period {
  readonly from: number;
  readonly offset: number;
  readonly isDaylight: boolean;
  readonly abbreviation: string;
}

/** Offset of a zone in seconds, and its abbreviation, at a second of Unix time. */
interface ZoneClock {
  offset(second: number): number;
  abbreviation(second: number): string;
}

function zoneClock(timeZone: string): ZoneClock | undefined {
  const formatOf = (language: string, timeZoneName: "short" | "longOffset"): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(language, { timeZone, timeZoneName });
  try {
    const offsets = formatOf("en-US", "longOffset");
    const names = LANGUAGES.map((language) => formatOf(language, "short"));
    const offset = (second: number): number => parseOffset(nameIn(offsets, second));
    return {
      offset,
      abbreviation: (second) =>
        names.map((format) => nameIn(format, second)).find((text) => /^[A-Z]{3,5}$/.test(text)) ??
        numeric(offset(second)),
    };
  } catch {
    return undefined;
  }
}

function nameIn(format: Intl.DateTimeFormat, second: number): string {
  return format.formatToParts(second * 1000).find(({ type }) => type === "timeZoneName")?.value ?? "";
}

function parseOffset(text: string): number {
  const [, sign, hours = "0", minutes = "0", seconds = "0"] = /GMT([+-])(\d+)(?::(\d+))?(?::(\d+))?/.exec(text) ?? [];
  const size = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  return sign === "-" ? -size : size;
}

function numeric(offset: number): string {
  const minutes = Math.round(Math.abs(offset) / 60);
  const hours = String(Math.floor(minutes / 60)).padStart(2, "0");
  const rest = minutes % 60 === 0 ? "" : String(minutes % 60).padStart(2, "0");
  return `${offset < 0 ? "-" : "+"}${hours}${rest}`;
}

function findPeriods(clock: ZoneClock): readonly Period[] {
  const start = Date.UTC(FIRST_YEAR, 0, 1) / 1000;
  const end = Date.UTC(LAST_YEAR, 11, 31) / 1000;
  const starts = [start];
  for (let second = start; second < end; second += STEP_SECONDS) {
    if (clock.offset(second) !== clock.offset(second + STEP_SECONDS)) {
      starts.push(changeBetween(clock, second, second + STEP_SECONDS));
    }
  }
  return starts.map((from) => ({
    from,
    offset: clock.offset(from),
    isDaylight: clock.offset(from) > standardOffset(clock, from),
    abbreviation: clock.abbreviation(from),
  }));
}

/** First second of the later offset. */
function changeBetween(clock: ZoneClock, before: number, after: number): number {
  let low = before;
  let high = after;
  const old = clock.offset(before);
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (clock.offset(middle) === old) low = middle;
    else high = middle;
  }
  return high;
}

/** The smallest offset of the year that follows: a zone that moves for good at the end of a year has no daylight saving. */
function standardOffset(clock: ZoneClock, second: number): number {
  return Math.min(...[0, 91, 182, 273].map((days) => clock.offset(second + days * 24 * 3600)));
}

const HEADER_BYTES = 44;

/** The second version of the format: an empty block of the first one, then times of 64 bits. */
function encodeZone(periods: readonly Period[]): Buffer {
  const kinds = [...new Map(periods.map((period) => [kindKey(period), period])).values()];
  const kindOf = new Map(kinds.map((period, index) => [kindKey(period), index]));
  const abbreviations = [...new Set(kinds.map(({ abbreviation }) => abbreviation))];
  const names = Buffer.from(abbreviations.map((each) => `${each}\0`).join(""), "latin1");
  const changes = periods.slice(1);
  const times = Buffer.alloc(changes.length * 8);
  changes.forEach(({ from }, index) => times.writeBigInt64BE(BigInt(from), index * 8));
  const first = periods[0];
  const ordered = first === undefined ? [] : [first, ...kinds.filter((each) => kindKey(each) !== kindKey(first))];
  ordered.forEach((period, index) => kindOf.set(kindKey(period), index));
  const types = Buffer.alloc(ordered.length * 6);
  ordered.forEach(({ offset, isDaylight, abbreviation }, index) => {
    types.writeInt32BE(offset, index * 6);
    types.writeUInt8(isDaylight ? 1 : 0, index * 6 + 4);
    types.writeUInt8(names.indexOf(`${abbreviation}\0`, 0, "latin1"), index * 6 + 5);
  });
  const indexes = Buffer.from(changes.map((period) => kindOf.get(kindKey(period)) ?? 0));
  const counts = { changes: changes.length, kinds: ordered.length, characters: names.length };
  const empty = Buffer.concat([header({ changes: 0, kinds: 1, characters: 1 }), Buffer.alloc(7)]);
  return Buffer.concat([empty, header(counts), times, indexes, types, names, Buffer.from("\n\n")]);
}

function kindKey({ offset, isDaylight, abbreviation }: Period): string {
  return `${offset} ${isDaylight} ${abbreviation}`;
}

function header({
  changes,
  kinds,
  characters,
}: {
  readonly changes: number;
  readonly kinds: number;
  readonly characters: number;
}): Buffer {
  const bytes = Buffer.alloc(HEADER_BYTES);
  bytes.write("TZif2", 0, "latin1");
  bytes.writeUInt32BE(changes, 32);
  bytes.writeUInt32BE(kinds, 36);
  bytes.writeUInt32BE(characters, 40);
  return bytes;
}
