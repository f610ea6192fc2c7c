import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ExplainedPart, FieldOfCatalogue, ObservedValue, Segment } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { capitalize, formatDateTime, formatNumber } from "../shared/format.ts";
import styles from "./ExplainDialog.module.css";
import { fieldsQuery } from "./queries.ts";

/** The parts of a definition, each with what came out of it and what the user has. */
export function ExplainedTree({ part }: { part: ExplainedPart }) {
  const fields = useQuery(fieldsQuery).data?.fields ?? [];
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ul className={styles.tree}>
      <Part part={part} fields={fields} segments={segments} />
    </ul>
  );
}

interface PartProps {
  part: ExplainedPart;
  fields: FieldOfCatalogue[];
  segments: Segment[];
}

function Part({ part, fields, segments }: PartProps) {
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
              has <b className="isolated">{observedText(part, fields, segments)}</b>
            </span>
          )}
        </span>
      </div>
      {part.items != null && (
        <ul>
          {part.items.map((item) => (
            <Part key={item.path} part={item} fields={fields} segments={segments} />
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

function observedText(part: ExplainedPart, fields: FieldOfCatalogue[], segments: Segment[]): string {
  const field = fields.find(({ name }) => name === part.field);
  if (part.observed === null) return field?.unset?.replace(/^has /, "") ?? "none";
  return formatValue(part.observed, field, segments);
}

/** A date of an attribute may be a whole day. */
const DAY = /^\d{4}-\d{2}-\d{2}$/;

function formatValue(value: ObservedValue, field: FieldOfCatalogue | undefined, segments: Segment[]): string {
  if (typeof value === "number") return formatNumber(value);
  if (typeof value === "boolean") return String(value);
  if (typeof value === "string") return field?.type === "date" && !DAY.test(value) ? formatDateTime(value) : value;
  if (!Array.isArray(value)) return `${formatNumber(value.part)} of ${formatNumber(value.total)}`;
  const nameOf = (id: string) => segments.find((segment) => segment.id === id)?.name ?? id;
  const inWords = (item: (typeof value)[number]) =>
    typeof item === "string" ? item : `${item.isMember ? "in" : "not in"} ${nameOf(item.id)}`;
  return value.map(inWords).join(", ");
}
