// The first screen: all segments at a glance.
import { useQuery } from "@tanstack/react-query";
import { Outlet } from "@tanstack/react-router";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import page from "../shared/Page.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { AudienceHeader } from "./AudienceHeader.tsx";
import styles from "./AudienceManager.module.css";
import { OverviewCards } from "./OverviewCards.tsx";
import { segmentsQuery } from "./queries.ts";
import { RunStrip } from "./RunStrip.tsx";
import { SegmentList } from "./SegmentList.tsx";

export function AudienceManager() {
  useDocumentTitle("Segments");
  const segments = useQuery(segmentsQuery);
  return (
    <div className={page.page}>
      <AudienceHeader />
      <OverviewCards />
      <RunStrip />
      <section className={styles.list} aria-label="Segments">
        {segments.error !== null && <ErrorNotice error={segments.error} onRetry={() => void segments.refetch()} />}
        {(segments.error === null || segments.data !== undefined) && <SegmentList segments={segments.data?.segments} />}
      </section>
      <Outlet />
    </div>
  );
}
