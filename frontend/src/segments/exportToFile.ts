import type { Segment } from "../api/client.ts";
import { api } from "../app/api.ts";
import { download } from "../shared/download.ts";
import { exportName } from "./exportName.ts";

export type ExportedSegment = Pick<Segment, "segmentType" | "segmentValue" | "name">;

/** Gives the members of a segment to the browser as a file, if there are any. */
export async function exportToFile({ segmentType, segmentValue, name }: ExportedSegment) {
  const answer = await api.call("adminAudience.exportSegmentUsers", { segmentType, segmentValue });
  const file = exportName(answer.filename, { segmentValue, name });
  if (answer.rowCount > 0) download(answer.csv, file);
  return { ...answer, file };
}
