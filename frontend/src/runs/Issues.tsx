import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Run, RunIssue } from "../api/client.ts";
import { type HeldBackIssue, isHeldBack, issueText } from "../segments/health.ts";
import { lastRunsQuery, segmentsQuery } from "../segments/queries.ts";
import { SegmentLink } from "../segments/SegmentLink.tsx";
import { useRun } from "../segments/useRun.ts";
import { formatNumber, formatShare, pluralize } from "../shared/format.ts";
import panel from "../shared/Panel.module.css";
import table from "../shared/Table.module.css";
import { TableHead } from "../shared/TableHead.tsx";
import styles from "./Runs.module.css";
import { KINDS } from "./words.ts";

const AllowRemovalsDialog = lazy(async () => ({
  default: (await import("../segments/AllowRemovalsDialog.tsx")).AllowRemovalsDialog,
}));

/** What a run left unchanged, kind by kind, with what to do. */
export function Issues({ run }: { run: Run }) {
  const kinds = Object.keys(KINDS) as RunIssue["kind"][];
  const unlisted = run.issueCount - run.issues.length;
  return (
    <>
      {kinds.map((kind) => {
        const issues = run.issues.filter((issue) => issue.kind === kind);
        return issues.length > 0 && <OfKind key={kind} kind={kind} issues={issues} run={run} />;
      })}
      {unlisted > 0 && (
        <p className={panel.words}>{pluralize(unlisted, "more problem is", "more problems are")} not listed.</p>
      )}
    </>
  );
}

function OfKind({ kind, issues, run }: { kind: RunIssue["kind"]; issues: RunIssue[]; run: Run }) {
  const { title, advice } = KINDS[kind];
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <section className={panel.panel} aria-labelledby={kind}>
      <div className={panel.head}>
        <h2 className={panel.title} id={kind}>
          {title} <span className="quiet">{formatNumber(issues.length)}</span>
        </h2>
        {kind === "heldBack" && <Allow run={run} />}
      </div>
      <p className={panel.words}>{advice}</p>
      {kind === "heldBack" ? (
        <HeldBack issues={issues.filter(isHeldBack)} />
      ) : (
        <ul className={styles.issues}>
          {issues.map((issue) => {
            const text = issueText(issue, segments);
            return (
              <li key={text} className="isolated">
                {text} {"segment" in issue && <SegmentLink id={issue.segment}>Open</SegmentLink>}
              </li>
            );
          })}
        </ul>
      )}
    </section>
  );
}

function HeldBack({ issues }: { issues: HeldBackIssue[] }) {
  return (
    <table className={table.table} role="table" aria-label="Segments held back">
      <TableHead
        columns={["Segment", "Would leave", "Members", "Share"]}
        numbers={["Would leave", "Members", "Share"]}
      />
      <tbody>
        {issues.map(({ segment, leaving, members }) => (
          <tr key={segment} role="row">
            <td role="cell">
              <SegmentLink id={segment} />
            </td>
            <td role="cell" data-label="Would leave" data-number>
              {formatNumber(leaving)}
            </td>
            <td role="cell" data-label="Members" data-number>
              {formatNumber(members)}
            </td>
            <td role="cell" data-label="Share" data-number>
              {formatShare(leaving, members)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Only for the latest run: what an earlier one held back may have changed since. */
function Allow({ run }: { run: Run }) {
  const latest = useQuery(lastRunsQuery).data?.runs[0];
  const { isActive, start } = useRun();
  const [isAsking, setIsAsking] = useState(false);
  if (latest === undefined) return null;
  if (latest.runId !== run.runId) {
    return (
      <Link to="/runs/$runId" params={{ runId: latest.runId }}>
        See the latest run
      </Link>
    );
  }
  return (
    <>
      <Button variant="default" size="compact-sm" disabled={isActive} onClick={() => setIsAsking(true)}>
        Run again and allow removals…
      </Button>
      <Suspense>
        {isAsking && (
          <AllowRemovalsDialog
            heldBack={run.issues.filter(isHeldBack)}
            isPartial={run.issueCount > run.issues.length}
            onConfirm={() => start({ allowShrink: true })}
            onClose={() => setIsAsking(false)}
          />
        )}
      </Suspense>
    </>
  );
}
