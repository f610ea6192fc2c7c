import type { DefinitionVersion, GetSegmentHistoryResult } from "../api/client.ts";
import { dayIn } from "../shared/dayIn.ts";

/** A version of the definition, and the day on which it was saved. */
export interface SavedVersion {
  date: string;
  text: string;
}

/** The versions that were saved on one of the days, in the zone of the days, oldest first. */
export function savedVersions(versions: DefinitionVersion[], { days, zone }: GetSegmentHistoryResult): SavedVersion[] {
  const dates = new Set(days.map(({ date }) => date));
  return versions
    .map(({ version, createdAt }) => ({ date: dayIn(createdAt, zone), text: `Version ${version} saved` }))
    .filter(({ date }) => dates.has(date))
    .toReversed();
}
