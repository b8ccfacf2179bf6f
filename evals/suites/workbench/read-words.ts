/** Parameters of a request as its words say them. */
export type Words = Readonly<Record<string, string>>;

const MONTHS = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const DAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
/** The day of every request, a Thursday. */
const TODAY = "2023-11-30";
const DAY_MS = 86_400_000;

/** Parameters that are one of a few words, or a number. */
const NARROW: Readonly<Record<string, string>> = {
  more_or_less: "more|less",
  higher_or_lower: "higher|lower",
  before_or_after: "before|after",
  most_or_least: "most|least",
  threshold: "\\d+",
  natural_language_metric: "total visits|engaged users|average session duration",
  natural_language_metric_2: "total visits|engaged users|average session duration",
};

/** The parameters of a request, taken by the places that its template has for them. */
export function readWords(template: string, request: string): Words | undefined {
  const seen = new Set<string>();
  const pattern = template
    .trim()
    .split(/\{(\w+)\}/)
    .map((part, at) => {
      if (at % 2 === 0) return part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
      if (seen.has(part)) return "[^]+?";
      seen.add(part);
      return `(?<${part}>${NARROW[part] ?? "[^]+?"})`;
    })
    .join("");
  return new RegExp(`^${pattern}$`).exec(request.trim())?.groups;
}

/** A day so many days away from today. */
export function dayAfter(days: number, day: string = TODAY): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** The day that words name: `2023-11-21`, `November 21`, or a day of the week before or after today. */
export function dayOf(words: string, direction: "past" | "next" = "past"): string {
  if (/^\d{4}-\d\d-\d\d$/.test(words)) return words;
  const weekday = DAYS.indexOf(words.toLowerCase());
  if (weekday >= 0) {
    const today = new Date(`${TODAY}T00:00:00Z`).getUTCDay();
    const ahead = (weekday - today + 7) % 7;
    return direction === "next" ? dayAfter(ahead === 0 ? 7 : ahead) : dayAfter(ahead - 7);
  }
  const [, month = "", date = ""] = /([A-Za-z]+)\s+(\d+)/.exec(words) ?? [];
  return `2023-${String(MONTHS.indexOf(month.toLowerCase()) + 1).padStart(2, "0")}-${date.padStart(2, "0")}`;
}

/** A time of a working day as `15:30:00`; hours before eight are in the afternoon. */
export function timeOf(words: string): string {
  const [, hour = "0", minutes = "00"] = /(\d+)(?::(\d+))?/.exec(words) ?? [];
  const isAfternoon = /pm/i.test(words) ? Number(hour) < 12 : Number(hour) < 8;
  return `${String(Number(hour) + (isAfternoon ? 12 : 0)).padStart(2, "0")}:${minutes}:00`;
}

/** Minutes that words name. */
export function minutesOf(words: string): number {
  if (/half/.test(words)) return 30;
  const number = Number(/[\d.]+/.exec(words)?.[0] ?? 1);
  return /hour/.test(words) ? number * 60 : number;
}
