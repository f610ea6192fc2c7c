// A client of the API that answers like a server with three segments, of which one is custom.
import type { Client } from "../api/client.ts";
import { FIELDS } from "./fields.ts";
import { listedSegment } from "./segments.ts";

const segment = (id: string, name: string) =>
  listedSegment(id, {
    name,
    type: id.startsWith("custom:") ? "custom" : "system",
    criteriaInWords: "plan is PRO",
    userCount: 7,
  });

const SEGMENTS = [
  segment("plan:free", "Free Users"),
  segment("plan:pro", "Pro Users"),
  segment("custom:9", "Beginners"),
];

const ANSWERS: Record<string, (params: Record<string, unknown>) => unknown> = {
  getSegments: () => ({ segments: SEGMENTS }),
  getSegment: ({ segmentType, segmentValue }) => SEGMENTS.find(({ id }) => id === `${segmentType}:${segmentValue}`),
  getSegmentSizes: () => ({ segments: [], zone: "UTC" }),
  getAudienceSize: () => ({ segmentedUsers: 7, totalUsers: 10 }),
  listRuns: () => ({ runs: [] }),
  getSyncStatus: () => ({ configured: false, segments: [], paused: false, activeRun: null, lastRun: null }),
  getFields: () => FIELDS,
  createCustomSegment: ({ name }) => ({ segment: segment("custom:10", String(name)) }),
  setSegmentStar: () => ({}),
};

/** The client, and the names of the methods that were called. What it has no answer for is never answered. */
export function answeringClient(): { client: Client; calls: string[] } {
  const calls: string[] = [];
  const call = async (method: string, params: Record<string, unknown>) => {
    const name = method.replace("adminAudience.", "");
    calls.push(name);
    return ANSWERS[name]?.(params) ?? new Promise(() => undefined);
  };
  return { client: { call } as unknown as Client, calls };
}
