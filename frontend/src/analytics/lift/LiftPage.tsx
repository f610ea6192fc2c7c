import { IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { liftRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { liftQuery } from "../queries.ts";
import { FIELDS, LiftForm } from "./LiftForm.tsx";
import { LiftReport } from "./LiftReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { countingText } from "./words.ts";

/** What a message to a segment brought. */
export function LiftPage() {
  const search = liftRoute.useSearch();
  const navigate = liftRoute.useNavigate();
  const [now] = useState(() => new Date());
  const { params, form, report } = useQuestion(draftOf(search, now), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: liftQuery,
    ask: (next) => navigate({ search: searchOf(next), resetScroll: false }),
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ReportPage title="Lift" subtitle="What a message to a segment brought, against those who were held out.">
      <LiftForm {...form} />
      {params === undefined ? (
        <EmptyState icon={IconSpeakerphone} title="Choose a segment and its holdout">
          Hold out some random buckets first, and leave them out of the message by the field “Random bucket”.
        </EmptyState>
      ) : (
        <Report {...report} counting={countingText(params, named)}>
          {(answer) => <LiftReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
