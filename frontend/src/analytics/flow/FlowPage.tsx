import { IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { flowRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { isAllAt } from "../pieces/faults.ts";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useDraft } from "../pieces/useDraft.ts";
import { flowQuery } from "../queries.ts";
import { FlowForm } from "./FlowForm.tsx";
import { FlowReport } from "./FlowReport.tsx";
import { draftOf, paramsOf, searchOf } from "./question.ts";

/** How people move between segments from one time to another. */
export function FlowPage() {
  const search = flowRoute.useSearch();
  const navigate = flowRoute.useNavigate();
  const [now] = useState(() => new Date());
  const asked = draftOf(search, now);
  const { draft, change } = useDraft(asked);
  const [isMissing, setIsMissing] = useState(false);
  const params = paramsOf(asked);
  const query = flowQuery(params);
  const found = useQuery(query);
  const named = useQuery(segmentsQuery).data?.segments ?? [];

  async function count() {
    const next = paramsOf(draft);
    setIsMissing(next === undefined);
    if (next === undefined) return;
    await navigate({ search: searchOf(draft), resetScroll: false });
    if (JSON.stringify(next) === JSON.stringify(params)) await found.refetch();
  }
  return (
    <ReportPage title="Flow" subtitle="How people move between segments from one time to another.">
      <FlowForm
        draft={draft}
        isMissing={isMissing && paramsOf(draft) === undefined}
        error={found.error}
        now={now}
        onChange={change}
        onCount={() => void count()}
      />
      {params === undefined ? (
        <EmptyState icon={IconArrowsExchange} title="Choose segments to follow">
          See who stayed, who moved, and where.
        </EmptyState>
      ) : (
        <Report
          queryKey={query.queryKey}
          found={found}
          counting={`who was where at ${pluralize(params.at.length, "time")}`}
          isAtFields={isAllAt(found.error, ["segments", "family", "at"])}
        >
          {(answer) => <FlowReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
