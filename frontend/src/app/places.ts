// Where the palette leads.
import type { FoundUser, ListedSegment } from "../api/client.ts";
import { normalize } from "../shared/normalize.ts";
import { userName } from "../shared/userName.ts";
import { SECTIONS } from "./sections.ts";

export type Place =
  | { kind: "page"; id: string; name: string; to: PageAddress }
  | { kind: "segment"; id: string; name: string; segment: ListedSegment }
  | { kind: "person"; id: string; name: string; user: FoundUser };

const PAGES = [
  ...SECTIONS.map(({ to, name }) => ({ to, name })),
  { to: "/segments/new", name: "New custom segment" },
  { to: "/compare", name: "Compare segments" },
  { to: "/analytics/conversion", name: "Conversion" },
  { to: "/analytics/overlap", name: "Overlap" },
  { to: "/analytics/flow", name: "Flow" },
  { to: "/analytics/money", name: "Money" },
  { to: "/analytics/cohorts", name: "Cohorts" },
  { to: "/analytics/engagement", name: "Engagement" },
  { to: "/analytics/forecast", name: "Forecast" },
  { to: "/analytics/lift", name: "Lift" },
  { to: "/analytics/compare", name: "Comparison" },
  { to: "/alerts", name: "Alerts" },
  { to: "/webhooks", name: "Webhooks" },
  { to: "/tokens", name: "API tokens" },
  { to: "/event-names", name: "Event names" },
] as const;
type PageAddress = (typeof PAGES)[number]["to"];

/** So many are listed. */
const MOST = 20;

export function placesOf(segments: ListedSegment[]): Place[] {
  return [
    ...PAGES.map(({ to, name }) => ({ kind: "page" as const, id: to, name, to })),
    ...segments.map((segment) => ({ kind: "segment" as const, id: segment.id, name: segment.name, segment })),
  ];
}

/** The server has found them, also by their address or ID. */
export function placesOfPeople(users: FoundUser[]): Place[] {
  return users.map((user) => ({ kind: "person", id: `person ${user.id}`, name: userName(user), user }));
}

/** Those whose names have all words, in any order. Names that begin with the text come first. */
export function findPlaces(places: Place[], text: string): Place[] {
  const wanted = normalize(text.trim());
  const words = wanted.split(/\s+/);
  const found = places.filter(({ name }) => words.every((word) => normalize(name).includes(word)));
  const begins = ({ name }: Place) => normalize(name).startsWith(wanted);
  return [...found.filter(begins), ...found.filter((place) => !begins(place))].slice(0, MOST);
}
