// Durations, calendar periods and instants, as inputs show them.

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };
const SPAN = /^(\d{1,6})([a-z])$/;
const COUNT_AND_UNIT = /^(.*)([a-z])$/s;

/** `7d` as its count, which is whatever was typed, and its unit. */
export function parseDuration(text: string): { count: string; unit: string } {
  const [, count = "", unit = "d"] = COUNT_AND_UNIT.exec(text) ?? [];
  return { count, unit };
}

/** The instant that lies a span before now. */
export function subtractDuration(span: string, now: Date): Date | undefined {
  const [, count, unit = ""] = SPAN.exec(span) ?? [];
  const length = UNITS[unit];
  return count === undefined || length === undefined ? undefined : new Date(now.getTime() - Number(count) * length);
}

/** The first and the last day of a calendar period, as days of the zone; nothing for a period that is not known here. */
export function periodDays(period: string, zone: string, now: Date): [string, string] | undefined {
  const today = new Date(`${new Intl.DateTimeFormat("en-CA", { timeZone: zone }).format(now)}T00:00:00Z`);
  const day = (offset: number) => new Date(today.getTime() + offset * 86_400_000);
  const month = (offset: number, last: number) =>
    new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + offset, last));
  // Weeks begin on Monday.
  const weekday = (today.getUTCDay() + 6) % 7;
  const spans: Record<string, [Date, Date]> = {
    today: [today, today],
    this_week: [day(-weekday), day(6 - weekday)],
    this_month: [month(0, 1), month(1, 0)],
    last_month: [month(-1, 1), month(0, 0)],
  };
  const span = spans[period];
  return span && [span[0].toISOString().slice(0, 10), span[1].toISOString().slice(0, 10)];
}

/** An instant as the inputs of browsers write it in the reader's zone. */
export function toLocalInput(instant: string): string {
  const at = new Date(instant);
  if (Number.isNaN(at.getTime())) return "";
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

/** And back: RFC 3339 in UTC. */
export function fromLocalInput(local: string): string {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? "" : at.toISOString().replace(".000Z", "Z");
}
