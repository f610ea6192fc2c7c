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
import { useQuestion } from "../pieces/useQuestion.ts";
import { flowQuery } from "../queries.ts";
import { FlowForm } from "./FlowForm.tsx";
import { FlowReport } from "./FlowReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";

/** How people move between segments from one time to another. */
export function FlowPage() {
  const search = flowRoute.useSearch();
  const navigate = flowRoute.useNavigate();
  const [now] = useState(() => new Date());
  const asked = draftOf(search, now);
  const { draft, edit, missing, params, count } = useQuestion(asked, { paramsOf, missingOf });
  const query = flowQuery(params);
  const found = useQuery(query);
  const named = useQuery(segmentsQuery).data?.segments ?? [];

  const ask = (next: typeof draft) => navigate({ search: searchOf(next), resetScroll: false });
  return (
    <ReportPage title="Flow" subtitle="How people move between segments from one time to another.">
      <FlowForm
        draft={draft}
        isMissing={missing.segments !== undefined}
        error={found.error}
        now={now}
        onChange={edit}
        onCount={() => void count(ask, found.refetch)}
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
