// What became of mails to a segment, on the page of the segment.
import { NativeSelect, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useId } from "react";
import type { EngagementScope, GetEngagementResult } from "../api/client.ts";
import history from "../detail/HistoryPanel.module.css";
import { PeriodChoice } from "../detail/PeriodChoice.tsx";
import type { SegmentKey } from "../detail/queries.ts";
import { useDetailSearch } from "../detail/useDetailSearch.ts";
import { ErrorNotice } from "../shared/ErrorNotice.tsx";
import panel from "../shared/Panel.module.css";
import { Time } from "../shared/Time.tsx";
import { syncStatusQuery } from "../sync/statusQuery.ts";
import { ExportMail } from "./ExportMail.tsx";
import { MailChart } from "./MailChart.tsx";
import { MailFigures } from "./MailFigures.tsx";
import styles from "./MailPanel.module.css";
import { MailTable } from "./MailTable.tsx";
import { NoEvents, NoSuchMail } from "./NoMail.tsx";
import { engagementQuery } from "./queries.ts";
import { ESTIMATE, isNothing, SCOPE_WORDS, SCOPES } from "./words.ts";

export function MailPanel({ segmentKey }: { segmentKey: SegmentKey }) {
  const { days = 30, mail: scope = "members" } = useDetailSearch().search;
  const titleId = useId();
  const engagement = useQuery(engagementQuery(segmentKey, days, scope));
  const { data, error, isPlaceholderData } = engagement;
  const hasEvents = data !== undefined && data.lastEventAt !== null;
  return (
    <section className={`${panel.panel} ${styles.panel}`} aria-labelledby={titleId}>
      <div className={panel.head}>
        <h3 className={panel.title} id={titleId}>
          Mail
          {hasEvents && <span className={history.zone}>By day of sending, in {data.zone}</span>}
        </h3>
        {hasEvents && (
          <div className={styles.choices}>
            <ScopeChoice scope={scope} />
            <PeriodChoice days={days} label="Period of the page" />
            {!isNothing(data.totals) && <ExportMail segmentKey={segmentKey} scope={scope} days={data.days} />}
          </div>
        )}
      </div>
      {error !== null && data === undefined ? (
        <ErrorNotice error={error} onRetry={() => void engagement.refetch()} />
      ) : data === undefined ? (
        <Skeleton height={90} />
      ) : (
        <div className={`${panel.list} ${styles.body}`} aria-busy={isPlaceholderData} data-stale={isPlaceholderData}>
          <Content result={data} scope={scope} />
        </div>
      )}
    </section>
  );
}

function ScopeChoice({ scope }: { scope: EngagementScope }) {
  const { change } = useDetailSearch();
  return (
    <NativeSelect
      aria-label="Emails to count"
      size="xs"
      data={Object.entries(SCOPES).map(([value, label]) => ({ value, label }))}
      value={scope}
      onChange={(event) => change({ mail: event.currentTarget.value === "addressed" ? "addressed" : undefined })}
    />
  );
}

interface ContentProps {
  result: GetEngagementResult;
  scope: EngagementScope;
}

function Content({ result, scope }: ContentProps) {
  const { data: status } = useQuery(syncStatusQuery);
  if (result.lastEventAt === null) {
    return status === undefined ? <Skeleton height={90} /> : <NoEvents {...status} />;
  }
  return (
    <>
      {isNothing(result.totals) ? (
        <NoSuchMail days={result.days.length} scope={scope} />
      ) : (
        <>
          <p className={panel.words}>{SCOPE_WORDS[scope]}</p>
          <MailFigures totals={result.totals} />
          <div className={styles.both}>
            <MailChart result={result} />
            <MailTable result={result} />
          </div>
        </>
      )}
      <p className={panel.words}>
        {ESTIMATE} Last event <Time at={result.lastEventAt} as="ago" />.
      </p>
    </>
  );
}
