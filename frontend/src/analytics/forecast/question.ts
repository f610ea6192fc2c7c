// What is asked: as it stands in the address, in the form, and as params.
import type { ForecastChange, ForecastKind, GetSegmentForecastParams } from "../../api/client.ts";
import type { ForecastSearch } from "../../app/routes.ts";

export const KINDS: Record<ForecastKind, string> = {
  certain: "If nobody does anything",
  usual: "What usually happens",
};
export const DAYS: Record<string, string> = {
  "1": "1 day",
  "3": "3 days",
  "7": "7 days",
  "14": "14 days",
  "30": "30 days",
  "60": "60 days",
  "90": "90 days",
};

/** All that the form has, as texts. */
export type ForecastDraft = Record<"segment" | "kind" | "days", string>;

/** What is not in the address is as usual: who becomes inactive within a week. */
export function draftOf({ segment, kind, days }: ForecastSearch): ForecastDraft {
  return { segment: segment ?? "lifecycle:inactive", kind: kind ?? "certain", days: days ?? "7" };
}

/** Nothing while there is no segment. */
export function paramsOf({ segment, kind, days }: ForecastDraft): Required<GetSegmentForecastParams> | undefined {
  if (segment === "") return undefined;
  return { segment, kind: kind === "usual" ? "usual" : "certain", days: days in DAYS ? Number(days) : 7 };
}

export function missingOf({ segment }: ForecastDraft): Partial<ForecastDraft> {
  return segment === "" ? { segment: "Choose a segment." } : {};
}

/** Whose list is open. */
export const changeOf = ({ who }: ForecastSearch): ForecastChange | undefined =>
  who === "leave" || who === "enter" ? who : undefined;
