import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import panel from "../shared/Panel.module.css";
import { ExportHistory } from "./ExportHistory.tsx";
import { HistoryChart } from "./HistoryChart.tsx";
import styles from "./HistoryPanel.module.css";
import { HistoryTable } from "./HistoryTable.tsx";
import { PeriodChoice } from "./PeriodChoice.tsx";
import { historyQuery, type SegmentKey, versionsQuery } from "./queries.ts";
import { StatCards } from "./StatCards.tsx";
import { savedVersions } from "./savedVersions.ts";
import { useDetailSearch } from "./useDetailSearch.ts";

/** How the segment has changed: figures, a chart, and the same as a table. */
export function HistoryPanel({ segmentKey }: { segmentKey: SegmentKey }) {
  const { days = 30 } = useDetailSearch().search;
  const titleId = useId();
  const history = useQuery(historyQuery(segmentKey, days));
  const isCustom = segmentKey.segmentType === "custom";
  const versions = useQuery({ ...versionsQuery(segmentKey.segmentValue), enabled: isCustom }).data?.versions ?? [];
  const saved = history.data === undefined ? [] : savedVersions(versions, history.data);
  return (
    <>
      <StatCards segmentKey={segmentKey} days={days} />
      <section className={panel.panel} aria-labelledby={titleId}>
        <div className={panel.head}>
          <h3 className={panel.title} id={titleId}>
            Members over time <span className={styles.zone}>{history.data && `Days in ${history.data.zone}`}</span>
          </h3>
          <div className={styles.choices}>
            <PeriodChoice days={days} label="Period" />
            <ExportHistory segmentKey={segmentKey} days={history.data?.days ?? []} saved={saved} />
          </div>
        </div>
        {history.error !== null && history.data === undefined ? (
          <ErrorNotice error={history.error} onRetry={() => void history.refetch()} />
        ) : (
          <div
            className={`${panel.list} ${styles.both} ${styles.tall}`}
            aria-busy={history.isPending || history.isPlaceholderData}
            data-stale={history.isPlaceholderData}
          >
            {history.data === undefined ? (
              <Skeleton height={350} />
            ) : (
              <>
                <HistoryChart days={history.data.days} saved={saved} />
                <HistoryTable days={history.data.days} zone={history.data.zone} saved={saved} />
              </>
            )}
          </div>
        )}
      </section>
    </>
  );
}
