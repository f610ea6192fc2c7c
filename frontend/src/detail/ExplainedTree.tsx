import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type {
  ExplainedPart,
  FieldOfCatalogue,
  GetFieldsResult,
  ObservedMoney,
  ObservedValue,
  Segment,
} from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { capitalize, formatDateTime, formatNumber } from "../shared/format.ts";
import { formatAmount } from "../shared/money.ts";
import styles from "./ExplainDialog.module.css";
import { fieldsQuery } from "./queries.ts";

/** The parts of a definition, each with what came out of it and what the user has. */
export function ExplainedTree({ part }: { part: ExplainedPart }) {
  const catalogue = useQuery(fieldsQuery).data;
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ul className={styles.tree}>
      <Part part={part} catalogue={catalogue} segments={segments} />
    </ul>
  );
}

interface PartProps {
  part: ExplainedPart;
  /** Not there while it loads. */
  catalogue: GetFieldsResult | undefined;
  segments: Segment[];
}

function Part({ part, catalogue, segments }: PartProps) {
  const Icon = part.holds ? IconCheck : IconX;
  return (
    <li>
      <div className={styles.part} data-holds={part.holds}>
        <Icon size={16} aria-hidden />
        <span>
          <span className="unseen">{part.holds ? "Met: " : "Not met: "}</span>
          <span className="isolated">{part.kind === "set" ? setLabel(part) : capitalize(part.sentence ?? "")}</span>
          {part.kind === "condition" && (
            <span className={styles.observed}>
              their value: <b className="isolated">{observedText(part, catalogue, segments)}</b>
            </span>
          )}
        </span>
      </div>
      {part.items != null && (
        <ul>
          {part.items.map((item) => (
            <Part key={item.path} part={item} catalogue={catalogue} segments={segments} />
          ))}
        </ul>
      )}
    </li>
  );
}

function setLabel({ combineWith, not }: ExplainedPart): string {
  if (combineWith === "OR") return not === true ? "None of these" : "At least one of these";
  return not === true ? "Not all of these" : "All of these";
}

function observedText(part: ExplainedPart, catalogue: PartProps["catalogue"], segments: Segment[]): string {
  const field = catalogue?.fields.find(({ name }) => name === part.field);
  if (part.observed === null) return field?.unset?.replace(/^has /, "") ?? "none";
  if (isMoney(part.observed)) return formatMoney(part.observed, catalogue);
  return formatValue(part.observed, field, segments);
}

function isMoney(value: ObservedValue): value is ObservedMoney {
  return typeof value === "object" && "amountMinor" in value;
}

function formatMoney({ amountMinor, currency }: ObservedMoney, catalogue: PartProps["catalogue"]): string {
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
  if (typeof value === "string") return field?.type === "date" && !DAY.test(value) ? formatDateTime(value) : value;
  if (!Array.isArray(value)) return `${formatNumber(value.part)} of ${formatNumber(value.total)}`;
  const nameOf = (id: string) => segments.find((segment) => segment.id === id)?.name ?? id;
  const inWords = (item: (typeof value)[number]) =>
    typeof item === "string" ? item : `${item.isMember ? "in" : "not in"} ${nameOf(item.id)}`;
  return value.map(inWords).join(", ");
}
