import { useQuery } from "@tanstack/react-query";
import type { CriteriaSet, ForecastChange } from "../../api/client.ts";
import type { NewSearch } from "../../app/routes.ts";
import { segmentQuery } from "../../detail/queries.ts";
import { keyOf } from "../../segments/segmentKey.ts";
import { fromForecast } from "../tree/fromForecast.ts";
import { fromSegments } from "../tree/fromSegments.ts";

/** What a new segment begins with, as the page that led here asks for. */
export function useStart(search: NewSearch): { start: CriteriaSet | undefined; isLoading: boolean } {
  const change: ForecastChange = search.leaves === undefined ? "enter" : "leave";
  const id = search.leaves ?? search.enters;
  const key = id === undefined ? undefined : keyOf(id);
  const segment = useQuery({
    ...segmentQuery(key ?? { segmentType: "custom", segmentValue: "" }),
    enabled: key !== undefined,
  });
  if (id === undefined) return { start: fromSegments(search), isLoading: false };
  const definition = segment.data?.definition as CriteriaSet | undefined;
  return {
    start: definition && fromForecast(id, definition, change, Number(search.days)),
    isLoading: segment.isLoading,
  };
}
