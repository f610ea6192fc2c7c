import { IconArrowsExchange } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { flowRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { flowQuery } from "../queries.ts";
import { FIELDS, FlowForm } from "./FlowForm.tsx";
import { FlowReport } from "./FlowReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";

/** How people move between segments from one time to another. */
export function FlowPage() {
  const search = flowRoute.useSearch();
  const navigate = flowRoute.useNavigate();
  const [now] = useState(() => new Date());
  const { params, form, report } = useQuestion(draftOf(search, now), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: flowQuery,
    ask: (next) => navigate({ search: searchOf(next), resetScroll: false }),
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ReportPage title="Flow" subtitle="How people move between segments from one time to another.">
      <FlowForm now={now} {...form} />
      {params === undefined ? (
        <EmptyState icon={IconArrowsExchange} title="Choose segments to follow">
          See who stayed, who moved, and where.
        </EmptyState>
      ) : (
        <Report {...report} counting={`who was where at ${pluralize(params.at.length, "time")}`}>
          {(answer) => <FlowReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
