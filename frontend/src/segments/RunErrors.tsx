import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { pluralize } from "../shared/format.ts";
import { segmentsQuery } from "./queries.ts";
import styles from "./RunStrip.module.css";
import { countErrors, isHeldBack, toSentence } from "./serverMessages.ts";

interface Props {
  errors: Run["errors"];
  onAllowShrink: () => void;
}

/** What a run could not evaluate, and a way to apply removals that it held back. */
export function RunErrors({ errors, onAllowShrink }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <details className={styles.errors}>
      <summary>
        {pluralize(countErrors(errors), "user or segment", "users and segments")} could not be evaluated
      </summary>
      <ul>
        {errors.map((error) => (
          <li key={error} className="isolated">
            {toSentence(error, segments)}
          </li>
        ))}
      </ul>
      {errors.some(isHeldBack) && (
        <Button variant="default" size="compact-sm" mb={4} onClick={onAllowShrink}>
          Run again and let them leave
        </Button>
      )}
    </details>
  );
}
