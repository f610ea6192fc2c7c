// The members of a segment as one file, which the API gives in parts.
import type { Client, ExportSegmentUsersParams } from "../api/client.ts";
import type { SegmentKey } from "../detail/queries.ts";
import { formatNumber } from "../shared/format.ts";

/** More would fill the memory of a phone. */
export const MOST_ROWS = 100_000;

/** Which members, and what is said of them. */
export type Contents = Pick<ExportSegmentUsersParams, "mail" | "mailStatus" | "attributes">;

export async function allMembers(api: Client, { segmentType, segmentValue }: SegmentKey, contents: Contents = {}) {
  const asked = { segmentType, segmentValue, ...contents };
  const { nextCursor, ...first } = await api.call("adminAudience.exportSegmentUsers", asked);
  const parts = [first.csv];
  let { rowCount } = first;
  let cursor = nextCursor;
  while (cursor != null && rowCount < MOST_ROWS) {
    const part = await api.call("adminAudience.exportSegmentUsers", { ...asked, cursor });
    parts.push(withoutHeader(part.csv));
    rowCount += part.rowCount;
    cursor = part.nextCursor;
  }
  return { ...first, csv: parts.join(""), rowCount, truncated: cursor != null };
}

/** How to get the rest of too many. */
export const adviceForAll = ({ rowCount, totalCount }: { rowCount: number; totalCount: number }) =>
  `The file has the first ${formatNumber(rowCount)} of ${formatNumber(totalCount)} members. To export all of them, run segmentation-engine export.`;

/** No name of a column has a line break. */
const withoutHeader = (csv: string) => csv.slice(csv.indexOf("\r\n") + 2);
