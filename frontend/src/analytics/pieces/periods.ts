// Days, weeks and months.
import type { CalendarUnit } from "../../api/client.ts";
import { dayIn } from "../../shared/dayIn.ts";
import { formatFullDay } from "../../shared/format.ts";

export const UNITS: Record<CalendarUnit, string> = { day: "Day", week: "Week", month: "Month" };

export const PERIODS: Record<CalendarUnit, string> = { day: "Day", week: "Week of", month: "Month from" };

/** Weeks, if it is no unit. */
export const unitOf = (by: string): CalendarUnit => (by in UNITS ? (by as CalendarUnit) : "week");

export const periodText = (start: string, zone: string) => formatFullDay(dayIn(start, zone));
