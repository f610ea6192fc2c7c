// The members who match a search, as a file.
import type { PeopleSort } from "../app/routes.ts";
import { useApi } from "../shared/api.ts";
import { formatNumber } from "../shared/format.ts";
import { foundMembers } from "./foundMembers.ts";
import type { SegmentKey } from "./queries.ts";
import { useExportList } from "./useExportList.ts";

export function useExportFound(key: SegmentKey, name: string, searched: string, order: PeopleSort | undefined) {
  const api = useApi();
  return useExportList(
    () => foundMembers(api, key, name, searched, order),
    ({ totalCount }) => `${formatNumber(totalCount)} match. Search for fewer to export them all.`,
  );
}
