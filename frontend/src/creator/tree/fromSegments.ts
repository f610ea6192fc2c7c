// A definition by other segments, as pages that compare segments ask for.
import type { CriteriaItem, CriteriaSet } from "../../api/client.ts";
import type { NewSearch } from "../../app/routes.ts";
import { listOf } from "../../shared/lists.ts";

/** Who is in all of the segments, in any of them, or in none. Nothing if none is named. */
export function fromSegments({ all, any, none }: NewSearch): CriteriaSet | undefined {
  const criteria: CriteriaItem[] = [
    ...listOf(all).map((id) => ({ field: "segment", operator: "in", value: [id] }) as CriteriaItem),
    ...(any === undefined ? [] : [{ field: "segment", operator: "in", value: listOf(any) } as CriteriaItem]),
    ...(none === undefined ? [] : [{ field: "segment", operator: "not_in", value: listOf(none) } as CriteriaItem]),
  ];
  return criteria.length === 0 ? undefined : { combineWith: "AND", criteria };
}
