import type { Client, Segment } from "../api/client.ts";
import { download } from "../shared/download.ts";

export type ExportedSegment = Pick<Segment, "segmentType" | "segmentValue" | "name">;

/** Gives the members of a segment to the browser as a file, if there are any. */
export async function exportToFile(api: Client, { segmentType, segmentValue }: ExportedSegment) {
  const answer = await api.call("adminAudience.exportSegmentUsers", { segmentType, segmentValue });
  if (answer.rowCount > 0) download(answer.csv, answer.filename);
  return answer;
}
