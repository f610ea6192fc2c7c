// The lists of people on a segment: what each is called, and how its people stand to the segment.
import type { Panel } from "../app/routes.ts";

/** Between a person and a segment: "Ann is … Free Users". */
export type Standing = "in" | "excluded from" | "not in";

interface List {
  title: string;
  /** Of the table, for screen readers. */
  people: string;
  standing: Standing;
  /** After "Why is Ann". */
  why: string;
}

export const LISTS: Record<Panel, List> = {
  members: { title: "Members", people: "Members", standing: "in", why: "a member" },
  included: { title: "Added by hand", people: "Users added by hand", standing: "in", why: "a member" },
  excluded: { title: "Excluded", people: "Excluded users", standing: "excluded from", why: "excluded" },
};
