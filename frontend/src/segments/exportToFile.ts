import type { Client, Segment } from "../api/client.ts";
import { download } from "../shared/download.ts";
import { allMembers } from "./allMembers.ts";

export type ExportedSegment = Pick<Segment, "segmentType" | "segmentValue" | "name">;

/** Gives the members of a segment to the browser as a file, if there are any. */
export async function exportToFile(api: Client, segment: ExportedSegment) {
  const members = await allMembers(api, segment);
  if (members.rowCount > 0) download(members.csv, members.filename);
  return members;
}
