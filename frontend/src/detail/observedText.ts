// What users have, in words.
import type {
  ExplainedPart,
  FieldOfCatalogue,
  GetFieldsResult,
  ObservedMoney,
  ObservedValue,
  Segment,
} from "../api/client.ts";
import { formatDateTime, formatFullDay, formatNumber } from "../shared/format.ts";
import { formatAmount } from "../shared/money.ts";

/** The name of the field that a condition asks about. */
export function labelOf(field: string, catalogue: GetFieldsResult | undefined): string {
  return catalogue?.fields.find(({ name }) => name === field)?.label ?? field;
}

/** What a user has of what a condition asks about. */
export function observedText(
  part: Pick<ExplainedPart, "field" | "observed">,
  catalogue: GetFieldsResult | undefined,
  segments: Segment[],
): string {
  const field = catalogue?.fields.find(({ name }) => name === part.field);
  if (part.observed === null) return field?.unset?.replace(/^has /, "") ?? "none";
  if (isMoney(part.observed)) return moneyText(part.observed, catalogue);
  return formatValue(part.observed, field, segments);
}

export function isMoney(value: ObservedValue): value is ObservedMoney {
  return typeof value === "object" && "amountMinor" in value;
}

export function moneyText({ amountMinor, currency }: ObservedMoney, catalogue: GetFieldsResult | undefined): string {
  const exponent = catalogue?.currencies.find(({ code }) => code === currency)?.exponent;
  return exponent === undefined ? currency : `${formatAmount(amountMinor, exponent)} ${currency}`;
}

/** A date of an attribute may be a whole day. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function formatValue(
  value: Exclude<ObservedValue, ObservedMoney>,
  field: FieldOfCatalogue | undefined,
  segments: Segment[],
): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") {
    if (field?.type !== "date") return value;
    return DAY.test(value) ? formatFullDay(value) : formatDateTime(value);
  }
  if (!Array.isArray(value)) return `${formatNumber(value.part)} of ${formatNumber(value.total)}`;
  const nameOf = (id: string) => segments.find((segment) => segment.id === id)?.name ?? id;
  const inWords = (item: (typeof value)[number]) =>
    typeof item === "string" ? item : `${item.isMember ? "in" : "not in"} ${nameOf(item.id)}`;
  return value.map(inWords).join(", ");
}
