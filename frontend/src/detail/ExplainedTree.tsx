import { IconCheck, IconX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { ExplainedPart, GetFieldsResult, Segment } from "../api/client.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { capitalize } from "../shared/format.ts";
import styles from "./ExplainDialog.module.css";
import { observedText } from "./observedText.ts";
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
