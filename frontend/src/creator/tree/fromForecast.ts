// Who leaves or enters a segment if nobody does anything, as a definition.
import type { CriteriaCondition, CriteriaItem, CriteriaSet, ForecastChange } from "../../api/client.ts";
import { isSet } from "./fromCriteria.ts";

const MINUTES: Record<string, number> = { m: 1, h: 60, d: 1_440 };
const A_DAY = 1_440;

/** What is known of a part: it holds for everyone, or for no one, or it is a condition. */
type Part = boolean | CriteriaItem;

/**
 * Those of the segment who leave it by a day, or the others who enter it. Nothing if that is no definition: everyone or
 * no one, or a part goes by something else than a span of time.
 */
export function fromForecast(
  segment: string,
  definition: CriteriaSet,
  change: ForecastChange,
  day: number,
): CriteriaSet | undefined {
  const then = setLater(definition, day * A_DAY);
  const isLeaving = change === "leave";
  if (then === undefined || then === isLeaving) return undefined;
  const inSegment: CriteriaItem = { field: "segment", operator: isLeaving ? "in" : "not_in", value: [segment] };
  const rest = typeof then === "boolean" ? [] : [isLeaving ? { ...then, not: then.not !== true } : then];
  return { combineWith: "AND", criteria: [inSegment, ...rest] };
}

/** What the definition says of what is known today, so many minutes later. */
function setLater({ combineWith, criteria, not }: CriteriaSet, minutes: number): boolean | CriteriaSet | undefined {
  const parts = criteria.map((item) => (isSet(item) ? setLater(item, minutes) : conditionLater(item, minutes)));
  if (parts.includes(undefined)) return undefined;
  // One part that decides is enough; those that decide nothing are left out.
  const decides = combineWith === "OR";
  const isNegated = not === true;
  if (parts.includes(decides)) return decides !== isNegated;
  const rest = parts.filter((part): part is CriteriaItem => typeof part === "object");
  return rest.length === 0 ? decides === isNegated : { combineWith, criteria: rest, ...(isNegated && { not: true }) };
}

function conditionLater(condition: CriteriaCondition, minutes: number): Part | undefined {
  const { field, operator, value, within } = condition;
  if (field === "segment" || operator === "in_period") return undefined;
  if (operator === "within_last" || operator === "not_within_last") {
    const span = spanLater(value, minutes);
    if (span === "over") return operator === "not_within_last";
    return span === undefined ? undefined : { ...condition, value: span };
  }
  if (within == null) return condition;
  const span = spanLater(within, minutes);
  return span === undefined || span === "over" ? undefined : { ...condition, within: span };
}

/** What is left of a span such as `7d`. Nothing for a text that is no span. */
function spanLater(span: unknown, minutes: number): string | "over" | undefined {
  const [, count, unit = ""] = /^(\d+)([mhd])$/.exec(String(span)) ?? [];
  const length = MINUTES[unit];
  if (length === undefined) return undefined;
  const left = Number(count) * length - minutes;
  if (left <= 0) return "over";
  return left % A_DAY === 0 ? `${left / A_DAY}d` : left % 60 === 0 ? `${left / 60}h` : `${left}m`;
}
