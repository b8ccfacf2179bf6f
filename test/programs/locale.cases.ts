import type { ProgramCase } from "./program-case.ts";

/** Locales and time zones. */
export const LOCALE_CASES: readonly ProgramCase[] = [
  { id: "a number with its groups", program: 'return (1234567.891).toLocaleString("en-US");', value: "1,234,567.891" },
  { id: "a number without a locale", program: "(1234567.5).toLocaleString()", value: "1,234,567.5" },
  {
    id: "a currency",
    program: 'return (1234.5).toLocaleString("en-US", { style: "currency", currency: "USD" });',
    value: "$1,234.50",
  },
  {
    id: "a currency of another locale",
    program: 'new Intl.NumberFormat("de-DE", { style: "currency", currency: "EUR" }).format(1234.5)',
    value: "1.234,50\u00a0€",
  },
  {
    id: "percent and compact numbers",
    program:
      '[new Intl.NumberFormat("en", { style: "percent", maximumFractionDigits: 1 }).format(0.1234), new Intl.NumberFormat("en", { notation: "compact" }).format(1_530_000)]',
    value: ["12.3%", "1.5M"],
  },
  {
    id: "a big integer with its groups",
    program: "12345678901234567890n.toLocaleString('en-US')",
    value: "12,345,678,901,234,567,890",
  },
  { id: "a list of numbers", program: "[1234.5, 2].toLocaleString('de')", value: "1.234,5,2" },
  {
    id: "format can be handed on",
    program: 'const nf = new Intl.NumberFormat("en-US", { minimumFractionDigits: 2 });\n[1, 2.5].map(nf.format)',
    value: ["1.00", "2.50"],
  },
  {
    id: "days of a time zone",
    program:
      'const { orders } = await shop.list_orders({});\nreturn orders.map((o) => new Date(o.placed).toLocaleDateString("en-CA", { timeZone: "America/New_York" }));',
    value: ["2025-03-01", "2025-03-09", "2025-11-02"],
  },
  {
    id: "hours across the change of the clock",
    program:
      '["2025-03-09T06:59:00Z", "2025-03-09T07:00:00Z"].map((t) => new Date(t).toLocaleTimeString("en-US", { timeZone: "America/New_York", timeStyle: "short" }))',
    says: [/1:59.AM/, /3:00.AM/],
  },
  {
    id: "a date without a time zone is in UTC",
    program: 'new Date("2025-03-01T23:30:00Z").toLocaleString()',
    says: [/3\/1\/2025, 11:30:00.PM/],
  },
  {
    id: "parts of a date without a locale are in UTC",
    program:
      'const d = new Date("2025-03-01T23:30:00Z");\n[d.getHours(), d.getTimezoneOffset(), Intl.DateTimeFormat().resolvedOptions().timeZone, Intl.DateTimeFormat().resolvedOptions().locale]',
    value: [23, 0, "UTC", "en-US"],
  },
  {
    id: "a formatter of dates",
    program: 'return new Intl.DateTimeFormat("en-US", { timeZone: "America/New_York" }).format(new Date(0));',
    value: "12/31/1969",
  },
  {
    id: "parts of a formatted date",
    program:
      'new Intl.DateTimeFormat("en-US", { timeZone: "Asia/Tokyo", hour: "2-digit", hour12: false }).formatToParts(new Date(0)).find((p) => p.type === "hour")?.value',
    value: "09",
  },
  {
    id: "a range of dates",
    program:
      'new Intl.DateTimeFormat("en-US", { month: "short", day: "numeric" }).formatRange(new Date(0), new Date(2 * 86400000))',
    says: [/Jan 1.–.3/],
  },
  {
    id: "a date in words",
    program:
      'new Date(0).toLocaleDateString("de-DE", { weekday: "long", day: "numeric", month: "long", year: "numeric" })',
    value: "Donnerstag, 1. Januar 1970",
  },
  {
    id: "sorting with localeCompare",
    program: 'return ["c", "B", "a"].sort((x, y) => x.localeCompare(y)).join("");',
    value: "aBc",
  },
  { id: "comparing without case", program: 'return "a".localeCompare("A", "en", { sensitivity: "base" });', value: 0 },
  {
    id: "comparing numbers in text",
    program: 'return ["item10", "item2"].sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).join();',
    value: "item2,item10",
  },
  {
    id: "a collator can be handed on",
    program: '["ä", "z", "a"].sort(new Intl.Collator("de").compare)',
    value: ["a", "ä", "z"],
  },
  {
    id: "plural rules",
    program: 'const rules = new Intl.PluralRules("en", { type: "ordinal" });\n[1, 2, 3, 4].map((n) => rules.select(n))',
    value: ["one", "two", "few", "other"],
  },
  {
    id: "relative times",
    program: 'new Intl.RelativeTimeFormat("en", { numeric: "auto" }).format(-1, "day")',
    value: "yesterday",
  },
  { id: "a list in words", program: 'new Intl.ListFormat("en").format(["a", "b", "c"])', value: "a, b, and c" },
  {
    id: "words of a text",
    program:
      '[...new Intl.Segmenter("en", { granularity: "word" }).segment("Hello, world")].filter((s) => s.isWordLike).map((s) => s.segment)',
    value: ["Hello", "world"],
  },
  { id: "characters of a text", program: '[...new Intl.Segmenter().segment("e\u0301👍🏽")].length', value: 2 },
  { id: "names of regions", program: 'new Intl.DisplayNames("en", { type: "region" }).of("DE")', value: "Germany" },
  {
    id: "a locale",
    program:
      'const l = new Intl.Locale("de-latn-de", { hourCycle: "h23" });\n[l.language, l.region, l.hourCycle, `${l}`, new Intl.NumberFormat(l).format(1.5)]',
    value: ["de", "DE", "h23", "de-Latn-DE-u-hc-h23", "1,5"],
  },
  { id: "Turkish case", program: '"i".toLocaleUpperCase("tr")', value: "İ" },
  {
    id: "a time zone that does not exist",
    program: 'new Date(0).toLocaleString("en", { timeZone: "Mars/Base" })',
    fails: ["runtime_error", 1],
    says: ["RangeError", "Mars/Base"],
  },
  {
    id: "a locale that is none",
    program: '(1).toLocaleString("not_a_locale!")',
    fails: ["runtime_error", 1],
    says: ["RangeError"],
  },
  {
    id: "a currency that is missing",
    program:
      'try { (1).toLocaleString("en", { style: "currency" }); } catch (e) { e instanceof TypeError ? e.message : "no" }\n(() => { try { (1).toLocaleString("en", { style: "currency" }); } catch (e) { return e instanceof TypeError; } })()',
    value: true,
  },
  {
    id: "a text that is too long for segments",
    program: 'new Intl.Segmenter().segment("x".repeat(1_000_000))',
    fails: ["runtime_error", 1],
    says: ["RangeError", "characters at a time"],
  },
  {
    id: "formatters look like those of a browser",
    program:
      'const f = new Intl.DateTimeFormat("en-GB");\n[f instanceof Intl.DateTimeFormat, Object.prototype.toString.call(f), typeof Intl.NumberFormat.supportedLocalesOf, Intl.NumberFormat.supportedLocalesOf(["de", "xx"])]',
    value: [true, "[object Intl.DateTimeFormat]", "function", ["de"]],
    honest: true,
  },
];
