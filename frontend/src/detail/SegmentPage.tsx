// One segment as a page, with a tab for each thing that one may want to know about it.
import { Skeleton } from "@mantine/core";
import { IconTrashX } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { GetSegmentResult } from "../api/client.ts";
import { SEGMENT_TABS, type SegmentTab, segmentRoute } from "../app/routes.ts";
import { segmentsQuery } from "../segments/queries.ts";
import { SegmentIcon } from "../segments/SegmentIcon.tsx";
import { SegmentMenu } from "../segments/SegmentMenu.tsx";
import { EmptyState } from "../shared/EmptyState.tsx";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import { isNotFound } from "../shared/errorMessages.ts";
import page from "../shared/Page.module.css";
import { PageTitle } from "../shared/PageTitle.tsx";
import panel from "../shared/Panel.module.css";
import { useDocumentTitle } from "../shared/useDocumentTitle.ts";
import { DefinitionPanel } from "./DefinitionPanel.tsx";
import { EditLink } from "./EditLink.tsx";
import { ExportButton } from "./ExportButton.tsx";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { MembersPanel } from "./MembersPanel.tsx";
import { MovementsPanel } from "./MovementsPanel.tsx";
import { type SegmentKey, segmentQuery } from "./queries.ts";
import { SegmentAbout } from "./SegmentAbout.tsx";
import styles from "./SegmentPage.module.css";
import { SegmentTabs } from "./SegmentTabs.tsx";

const ResendPanel = lazy(async () => ({ default: (await import("../sync/screens.ts")).ResendPanel }));
const MailPanel = lazy(async () => ({ default: (await import("../engagement/screens.ts")).MailPanel }));
const ActivityList = lazy(async () => ({ default: (await import("../activity/screens.ts")).ActivityList }));
const SegmentConversion = lazy(async () => ({
  default: (await import("../analytics/conversion/SegmentConversion.tsx")).SegmentConversion,
}));
const SegmentEngagement = lazy(async () => ({
  default: (await import("../analytics/engagement/SegmentEngagement.tsx")).SegmentEngagement,
}));
const SegmentMoney = lazy(async () => ({
  default: (await import("../analytics/money/SegmentMoney.tsx")).SegmentMoney,
}));

export function SegmentPage() {
  const { type, value, tab } = segmentRoute.useParams();
  const navigate = useNavigate();
  const key: SegmentKey = { segmentType: type, segmentValue: value };
  const segment = useQuery(segmentQuery(key));
  const listed = useQuery(segmentsQuery).data?.segments.find(({ id }) => id === `${type}:${value}`);
  const name = segment.data?.name ?? listed?.name ?? "Segment";
  useDocumentTitle(name);
  if (isNotFound(segment.error)) {
    return (
      <EmptyState icon={IconTrashX} title="This segment does not exist" isPage>
        It was deleted, or the address is wrong. <Link to="/">See all segments</Link>
      </EmptyState>
    );
  }
  return (
    <div className={page.page}>
      <header>
        <Link to="/" className={page.up}>
          Segments
        </Link>
        <div className={styles.title}>
          <SegmentIcon group={type} size={40} />
          <PageTitle>
            <span className="isolated">{name}</span>
          </PageTitle>
        </div>
        <div className={styles.about}>
          <SegmentAbout segment={segment.data} />
          <div className={styles.actions}>
            {segment.data !== undefined && (
              <>
                <EditLink segment={segment.data} />
                <ExportButton segment={segment.data} />
                <SegmentMenu segment={segment.data} onDeleted={() => navigate({ to: "/", replace: true })} />
              </>
            )}
          </div>
        </div>
      </header>
      <SegmentTabs type={type} value={value} tab={tab} />
      {segment.data === undefined && segment.error !== null ? (
        <ErrorNotice error={segment.error} onRetry={() => void segment.refetch()} />
      ) : (
        <Suspense fallback={<Skeleton height={320} radius={12} />}>
          <h2 className="unseen">{SEGMENT_TABS[tab]}</h2>
          <Tab key={`${type}:${value} ${tab}`} tab={tab} segmentKey={key} name={name} segment={segment.data} />
        </Suspense>
      )}
    </div>
  );
}

interface TabProps {
  tab: SegmentTab;
  segmentKey: SegmentKey;
  name: string;
  segment: GetSegmentResult | undefined;
}

function Tab({ tab, segmentKey, name, segment }: TabProps) {
  const id = `${segmentKey.segmentType}:${segmentKey.segmentValue}`;
  switch (tab) {
    case "overview":
      return <HistoryPanel segmentKey={segmentKey} />;
    case "members":
      return <MembersPanel segmentKey={segmentKey} name={name} only="members" />;
    case "joined":
      return <MovementsPanel segmentKey={segmentKey} movement="entered" />;
    case "left":
      return <MovementsPanel segmentKey={segmentKey} movement="left" />;
    case "excluded":
      return <MembersPanel segmentKey={segmentKey} name={name} only="excluded" />;
    case "included":
      return <MembersPanel segmentKey={segmentKey} name={name} only="included" />;
    case "conversion":
      return <SegmentConversion segment={id} />;
    case "engagement":
      return <SegmentEngagement segment={id} />;
    case "money":
      return <SegmentMoney segment={id} />;
    case "definition":
      return <DefinitionPanel segment={segment} />;
    case "sync":
      return (
        <>
          <ResendPanel segmentKey={segmentKey} name={name} />
          <MailPanel segmentKey={segmentKey} />
        </>
      );
    case "activity":
      return (
        <section className={panel.panel} aria-label="Activity">
          <ActivityList filter={{ segment: id }} />
        </section>
      );
  }
}
