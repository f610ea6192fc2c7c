import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { formatNumber, pluralize } from "../shared/format.ts";
import { issueText } from "./health.ts";
import { segmentsQuery } from "./queries.ts";
import styles from "./RunStrip.module.css";

interface Props {
  run: Pick<Run, "issues" | "issueCount">;
  onAllowShrink: () => void;
}

/** What a run left unchanged, and a way to apply removals that it held back. */
export function RunIssues({ run: { issues, issueCount }, onAllowShrink }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const unlisted = issueCount - issues.length;
  return (
    <details className={styles.issues}>
      <summary>{pluralize(issueCount, "user or segment", "users and segments")} left unchanged</summary>
      <ul>
        {issues.map((issue) => {
          const text = issueText(issue, segments);
          return (
            <li key={text} className="isolated">
              {text}
            </li>
          );
        })}
        {unlisted > 0 && <li>and {formatNumber(unlisted)} more</li>}
      </ul>
      {issues.some(({ kind }) => kind === "heldBack") && (
        <Button variant="default" size="compact-sm" mb={4} onClick={onAllowShrink}>
          Run again and remove the members
        </Button>
      )}
    </details>
  );
}
