// Numbers, dates and times for display: words in English, everything else as in the reader's region.
import { localeFor } from "./locale.ts";

/** An app may load the screens where there is no browser. */
export const LOCALE = localeFor(typeof navigator === "undefined" ? "en-US" : navigator.language);
const WHOLE = new Intl.NumberFormat(LOCALE);
const TENTHS = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const HUNDREDTHS = new Intl.NumberFormat(LOCALE, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
const COMPACT = new Intl.NumberFormat(LOCALE, { notation: "compact", maximumFractionDigits: 1 });
const PERCENT = new Intl.NumberFormat(LOCALE, { style: "percent", maximumFractionDigits: 1 });
const SIGNED = new Intl.NumberFormat(LOCALE, { signDisplay: "exceptZero" });
const SIGNED_PERCENT = new Intl.NumberFormat(LOCALE, {
  style: "percent",
  signDisplay: "exceptZero",
  maximumFractionDigits: 1,
});
const RATE = new Intl.NumberFormat(LOCALE, { signDisplay: "exceptZero", maximumFractionDigits: 1 });
const DATE_AND_TIME = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "short" });
const DATE = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium" });
const UTC = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeStyle: "medium", timeZone: "UTC" });
const CALENDAR_DAY = new Intl.DateTimeFormat(LOCALE, { month: "short", day: "numeric", timeZone: "UTC" });
const FULL_DAY = new Intl.DateTimeFormat(LOCALE, { dateStyle: "medium", timeZone: "UTC" });
const PLURAL = new Intl.PluralRules("en");
const AGO = new Intl.RelativeTimeFormat(LOCALE, { numeric: "auto" });

export const formatNumber = (value: number) => WHOLE.format(value);
export const formatCompact = (value: number) => COMPACT.format(value);
export const formatSigned = (value: number) => SIGNED.format(value);
/** A rate that is a percentage already. */
export const formatRate = (value: number) => SIGNED_PERCENT.format(value / 100);
/** A difference of two percentages. */
export const formatPoints = (value: number) => `${RATE.format(value)} ${Math.abs(value) === 1 ? "point" : "points"}`;
export const formatShare = (part: number, of: number) => PERCENT.format(of === 0 ? 0 : part / of);
export const formatDateTime = (instant: string | Date) => DATE_AND_TIME.format(new Date(instant));
export const formatDate = (instant: string) => DATE.format(new Date(instant));
export const formatUtc = (instant: string) => `${UTC.format(new Date(instant))} UTC`;
/** A day such as `2026-03-01` with its year, without conversion to the reader's zone. */
export const formatFullDay = (day: string) => FULL_DAY.format(new Date(`${day}T00:00:00Z`));
/** A day such as `2026-03-01`, without conversion to the reader's zone. */
export const formatDay = (day: string) => CALENDAR_DAY.format(new Date(`${day}T00:00:00Z`));

/** The zone of the reader, such as `Asia/Kolkata`. */
export const readerZone = () => DATE_AND_TIME.resolvedOptions().timeZone;

const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

/** Such as `3 hours ago`. */
export function formatAgo(instant: string, now: Date = new Date()): string {
  const seconds = (new Date(instant).getTime() - now.getTime()) / 1_000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return AGO.format(Math.trunc(seconds / length), unit);
  }
  return "just now";
}

/** Such as `0.4 s` or `2 min 5 s`. */
export function formatDuration(milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  if (seconds < 0.995) return `${HUNDREDTHS.format(seconds)} s`;
  if (seconds < 9.95) return `${TENTHS.format(seconds)} s`;
  const whole = Math.round(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}

export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function uncapitalize(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** `1 user`, `2 users`. */
export function pluralize(count: number, one: string, many = `${one}s`): string {
  return `${formatNumber(count)} ${PLURAL.select(count) === "one" ? one : many}`;
}
