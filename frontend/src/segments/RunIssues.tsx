import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { Run } from "../api/client.ts";
import { pluralize } from "../shared/format.ts";
import { IssueList } from "../shared/IssueList.tsx";
import { issueText } from "./health.ts";
import { segmentsQuery } from "./queries.ts";

interface Props {
  run: Pick<Run, "issues" | "issueCount">;
  onAllowShrink: () => void;
}

/** What a run left unchanged, and a way to apply removals that it held back. */
export function RunIssues({ run: { issues, issueCount }, onAllowShrink }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <IssueList
      summary={`${pluralize(issueCount, "user or segment", "users and segments")} left unchanged`}
      texts={issues.map((issue) => issueText(issue, segments))}
      count={issueCount}
    >
      {issues.some(({ kind }) => kind === "heldBack") && (
        <Button variant="default" size="compact-sm" mb={4} onClick={onAllowShrink}>
          Run again and remove the members
        </Button>
      )}
    </IssueList>
  );
}
