import { IconTriangle } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { cohortsRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { cohortsQuery } from "../queries.ts";
import { CohortsForm, FIELDS } from "./CohortsForm.tsx";
import { CohortsReport } from "./CohortsReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { BEGAN } from "./words.ts";

/** What people do after they began, by when they did. */
export function CohortsPage() {
  const search = cohortsRoute.useSearch();
  const navigate = cohortsRoute.useNavigate();
  const [now] = useState(() => new Date());
  const { params, form, report } = useQuestion(draftOf(search, now), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: cohortsQuery,
    ask: (next) => navigate({ search: searchOf(next), resetScroll: false }),
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ReportPage title="Cohorts" subtitle="What people do in the time after they began.">
      <CohortsForm {...form} />
      {params === undefined ? (
        <EmptyState icon={IconTriangle} title="Choose how people begin">
          See how many of them come back, and when.
        </EmptyState>
      ) : (
        <Report {...report} counting={`who ${BEGAN[params.start]}, and what they did after it`}>
          {(answer) => <CohortsReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
