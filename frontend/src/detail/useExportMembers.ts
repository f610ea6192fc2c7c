// The members of a segment, or those who match a search, as a file.
import type { PeopleSort } from "../app/routes.ts";
import { allMembers } from "../segments/allMembers.ts";
import { useApi } from "../shared/api.ts";
import { formatNumber } from "../shared/format.ts";
import { foundMembers } from "./foundMembers.ts";
import type { SegmentKey } from "./queries.ts";
import { useExportList } from "./useExportList.ts";

export function useExportMembers(key: SegmentKey, name: string, searched: string, order: PeopleSort | undefined) {
  const api = useApi();
  const isAll = searched === "";
  return useExportList(
    () => (isAll ? allMembers(api, key) : foundMembers(api, key, name, searched, order)),
    ({ totalCount }) =>
      isAll
        ? `There are ${formatNumber(totalCount)}. To export all of them, run segmentation-engine export.`
        : `${formatNumber(totalCount)} match. Search for fewer to export them all.`,
  );
}
