import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { counted } from "../shared/formats.ts";
import { segmentsQuery } from "./queries.ts";
import styles from "./RunStrip.module.css";
import { inWords, isStoppedShrinking } from "./words.ts";

interface Props {
  errors: Run["errors"];
  onAllowShrink: () => void;
}

/** What a run could not evaluate. Where it stopped so many from leaving at once, they can be let go. */
export function RunErrors({ errors, onAllowShrink }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <details className={styles.errors}>
      <summary>{counted(countOf(errors), "user or segment", "users and segments")} could not be evaluated</summary>
      <ul>
        {errors.map((error) => (
          <li key={error} className="isolated">
            {inWords(error, segments)}
          </li>
        ))}
      </ul>
      {errors.some(isStoppedShrinking) && (
        <Button variant="default" size="compact-sm" mb={4} onClick={onAllowShrink}>
          Run again, and let them leave
        </Button>
      )}
    </details>
  );
}

/** A run names a thousand, and counts the rest in a last line. */
function countOf(errors: Run["errors"]): number {
  const more = /^and (\d+) more$/.exec(errors.at(-1) ?? "")?.[1];
  return more === undefined ? errors.length : errors.length - 1 + Number(more);
}
