// Which entries of the audit log are asked for. The API has no filters, so they are applied to what has come.
import type { LoggedAction } from "../api/client.ts";
import { targetsOf } from "./words.ts";

export interface EntryFilter {
  who?: string | undefined;
  what?: string | undefined;
  /** Days of the reader, such as `2026-03-01`. Both count. */
  from?: string | undefined;
  to?: string | undefined;
  segment?: string | undefined;
  user?: string | undefined;
}

export function filterEntries(entries: LoggedAction[], filter: EntryFilter): LoggedAction[] {
  const begin = startOf(filter.from, 0);
  const end = startOf(filter.to, 1);
  return entries.filter(
    ({ actor, action, at, target }) =>
      (filter.who === undefined || actor === filter.who) &&
      (filter.what === undefined || action === filter.what) &&
      (begin === undefined || Date.parse(at) >= begin) &&
      (end === undefined || Date.parse(at) < end) &&
      isAbout(target, "segment", filter.segment) &&
      isAbout(target, "user", filter.user),
  );
}

/** Whether no older entry can be among those that are asked for. */
export function isComplete(entries: LoggedAction[], { from }: EntryFilter): boolean {
  const [begin, oldest] = [startOf(from, 0), entries.at(-1)];
  return begin !== undefined && oldest !== undefined && Date.parse(oldest.at) < begin;
}

function isAbout(target: string | null, kind: "segment" | "user", id: string | undefined): boolean {
  return id === undefined || targetsOf(target).some((part) => part.kind === kind && part.id === id);
}

/** When a day begins for the reader, or one of those that follow it. Nothing for a text that is no day. */
function startOf(day: string | undefined, later: number): number | undefined {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day ?? "") ?? [];
  if (year === undefined) return undefined;
  return new Date(Number(year), Number(month) - 1, Number(date) + later).getTime();
}
