import { IconActivity } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { engagementRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { isAllAt } from "../pieces/faults.ts";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { engagementQuery } from "../queries.ts";
import { EngagementForm, FIELDS } from "./EngagementForm.tsx";
import { EngagementReport } from "./EngagementReport.tsx";
import { draftOf, missingOf, paramsOf } from "./question.ts";

/** How active the members of segments are. */
export function EngagementPage() {
  const search = engagementRoute.useSearch();
  const navigate = engagementRoute.useNavigate();
  const [now] = useState(() => new Date());
  const { draft, edit, missing, params, count } = useQuestion(draftOf(search, now), { paramsOf, missingOf });
  const query = engagementQuery(params);
  const found = useQuery(query);
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  const ask = (next: typeof draft) => navigate({ search: next, resetScroll: false });
  return (
    <ReportPage title="Engagement" subtitle="How active the members of segments are.">
      <EngagementForm
        draft={draft}
        missing={missing}
        error={found.error}
        onChange={edit}
        onCount={() => void count(ask, found.refetch)}
      />
      {params === undefined ? (
        <EmptyState icon={IconActivity} title="Choose segments">
          See how many of their members are active, and how often.
        </EmptyState>
      ) : (
        <Report
          queryKey={query.queryKey}
          found={found}
          counting={`who was active of ${pluralize(params.segments.length, "segment")}`}
          isAtFields={isAllAt(found.error, FIELDS)}
        >
          {(answer) => <EngagementReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
