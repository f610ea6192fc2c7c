import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { lazy, Suspense, useState } from "react";
import type { Run } from "../api/client.ts";
import { ButtonLink } from "../shared/ButtonLink.tsx";
import { IssueList } from "../shared/IssueList.tsx";
import { isHeldBack, issuesSummary, issueText } from "./health.ts";
import { segmentsQuery } from "./queries.ts";

const AllowRemovalsDialog = lazy(async () => ({
  default: (await import("./AllowRemovalsDialog.tsx")).AllowRemovalsDialog,
}));

interface Props {
  run: Pick<Run, "runId" | "issues" | "issueCount">;
  /** Is given the ids of the segments that may lose members. */
  onAllowShrink: (segments: string[]) => void;
}

/** What a run left unchanged, and a way to apply removals that it held back, after a question. */
export function RunIssues({ run: { runId, issues, issueCount }, onAllowShrink }: Props) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const [isAsking, setIsAsking] = useState(false);
  const heldBack = issues.filter(isHeldBack);
  return (
    <>
      <IssueList
        summary={issuesSummary(issues, issueCount)}
        texts={issues.map((issue) => issueText(issue, segments))}
        count={issueCount}
      >
        {heldBack.length > 0 && (
          <Button variant="default" size="compact-sm" mb={4} onClick={() => setIsAsking(true)}>
            Run again and allow removals…
          </Button>
        )}
        <ButtonLink to="/runs/$runId" params={{ runId }} variant="default" size="compact-sm" mb={4}>
          See the run
        </ButtonLink>
      </IssueList>
      <Suspense>
        {isAsking && (
          <AllowRemovalsDialog heldBack={heldBack} onConfirm={onAllowShrink} onClose={() => setIsAsking(false)} />
        )}
      </Suspense>
    </>
  );
}
