import type { ListedSegment } from "../api/client.ts";

/** A segment in the list: an active one without members, named after its value, unless something else is given. */
export function listedSegment(id: string, given: Partial<ListedSegment> = {}): ListedSegment {
  const [segmentType, segmentValue] = id.split(":");
  return {
    id,
    segmentType,
    segmentValue,
    name: segmentValue,
    description: "",
    userCount: 0,
    createdAt: "2020-01-01T00:00:00Z",
    countedAt: null,
    health: { kind: "ok" },
    isActive: true,
    sync: null,
    tags: [],
    starred: false,
    ...given,
  } as ListedSegment;
}

const NAMES: [string, string][] = [
  ["plan:free", "Free Users"],
  ["plan:pro", "Pro Users"],
  ["lifecycle:active", "Active Users"],
  ["lifecycle:inactive", "Inactive Users"],
];

/** A few segments, as `getSegments` lists them. */
export const SEGMENTS = NAMES.map(([id, name]) => listedSegment(id, { name }));
