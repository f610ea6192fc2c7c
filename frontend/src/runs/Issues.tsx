import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { Run, RunIssue } from "../api/client.ts";
import { type HeldBackIssue, isHeldBack, issueText, quotedName } from "../segments/health.ts";
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

const HeldBackDialog = lazy(async () => ({ default: (await import("./HeldBackDialog.tsx")).HeldBackDialog }));

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
      </div>
      <p className={panel.words}>{advice}</p>
      {kind === "heldBack" ? (
        <HeldBack run={run} issues={issues.filter(isHeldBack)} />
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

/** Removals can be allowed after the latest run only: what an earlier one held back may have changed since. */
function HeldBack({ run, issues }: { run: Run; issues: HeldBackIssue[] }) {
  const latest = useQuery(lastRunsQuery).data?.runs[0];
  const { isActive, start } = useRun();
  const [asked, setAsked] = useState<HeldBackIssue[]>();
  const [listed, setListed] = useState<string>();
  const isLatest = latest?.runId === run.runId;
  return (
    <>
      <HeldBackTable
        issues={issues}
        isBusy={isActive}
        actions={isLatest ? { allow: (issue) => setAsked([issue]), list: setListed } : undefined}
      />
      {isLatest && issues.length > 1 && (
        <div>
          <Button variant="default" size="compact-sm" disabled={isActive} onClick={() => setAsked(issues)}>
            Run again and allow removals in all {formatNumber(issues.length)}…
          </Button>
        </div>
      )}
      {latest !== undefined && !isLatest && (
        <Link to="/runs/$runId" params={{ runId: latest.runId }}>
          See the latest run
        </Link>
      )}
      <Suspense>
        {asked !== undefined && (
          <AllowRemovalsDialog
            heldBack={asked}
            onConfirm={(segments) => start({ allowShrinkIn: segments })}
            onClose={() => setAsked(undefined)}
          />
        )}
        {listed !== undefined && <HeldBackDialog segment={listed} onClose={() => setListed(undefined)} />}
      </Suspense>
    </>
  );
}

interface TableProps {
  issues: HeldBackIssue[];
  /** Whether a run is active, so that no other can start. */
  isBusy: boolean;
  actions: { allow: (issue: HeldBackIssue) => void; list: (segment: string) => void } | undefined;
}

/** Roles are given by hand: browsers forget them where rows become cards. */
function HeldBackTable({ issues, isBusy, actions }: TableProps) {
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <table className={table.table} role="table" aria-label="Segments held back">
      <TableHead
        columns={["Segment", "Would leave", "Members", "Share"]}
        numbers={["Would leave", "Members", "Share"]}
        hasActions={actions !== undefined}
      />
      <tbody>
        {issues.map((issue) => (
          <tr key={issue.segment} role="row">
            <td role="cell">
              <SegmentLink id={issue.segment} />
            </td>
            <td role="cell" data-label="Would leave" data-number>
              {formatNumber(issue.leaving)}
            </td>
            <td role="cell" data-label="Members" data-number>
              {formatNumber(issue.members)}
            </td>
            <td role="cell" data-label="Share" data-number>
              {formatShare(issue.leaving, issue.members)}
            </td>
            {actions !== undefined && (
              <td role="cell">
                <div className={table.buttons}>
                  <Button
                    variant="subtle"
                    size="compact-sm"
                    aria-label={`See who would leave ${quotedName(issue.segment, segments)}`}
                    onClick={() => actions.list(issue.segment)}
                  >
                    See who
                  </Button>
                  <Button
                    variant="default"
                    size="compact-sm"
                    disabled={isBusy}
                    aria-label={`Run again and allow removals in ${quotedName(issue.segment, segments)}…`}
                    onClick={() => actions.allow(issue)}
                  >
                    Allow…
                  </Button>
                </div>
              </td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
