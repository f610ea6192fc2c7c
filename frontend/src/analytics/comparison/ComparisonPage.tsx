import { IconScale } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { comparisonRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { comparisonQuery } from "../queries.ts";
import { ComparisonForm, FIELDS } from "./ComparisonForm.tsx";
import { ComparisonReport } from "./ComparisonReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { countingText } from "./words.ts";

/** How two segments differ over a range. */
export function ComparisonPage() {
  const search = comparisonRoute.useSearch();
  const navigate = comparisonRoute.useNavigate();
  const [now] = useState(() => new Date());
  const { params, form, report } = useQuestion(draftOf(search, now), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: comparisonQuery,
    ask: (next) => navigate({ search: searchOf(next), resetScroll: false }),
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ReportPage title="Comparison" subtitle="How two segments differ in size, activity, conversion and money.">
      <ComparisonForm {...form} />
      {params === undefined ? (
        <EmptyState icon={IconScale} title="Choose two segments">
          To see who is in both, use Compare in the list of segments.
        </EmptyState>
      ) : (
        <Report {...report} counting={countingText(params, named)}>
          {(answer) => <ComparisonReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
