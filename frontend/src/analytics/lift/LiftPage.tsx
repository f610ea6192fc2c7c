import { IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { liftRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { isAllAt } from "../pieces/faults.ts";
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
  const { draft, edit, missing, params, count } = useQuestion(draftOf(search, now), { paramsOf, missingOf });
  const query = liftQuery(params);
  const found = useQuery(query);
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  const ask = (next: typeof draft) => navigate({ search: searchOf(next), resetScroll: false });
  return (
    <ReportPage title="Lift" subtitle="What a message to a segment brought, against those who were held out.">
      <LiftForm
        draft={draft}
        missing={missing}
        error={found.error}
        onChange={edit}
        onCount={() => void count(ask, found.refetch)}
      />
      {params === undefined ? (
        <EmptyState icon={IconSpeakerphone} title="Choose a segment and its holdout">
          Hold out some random buckets first, and leave them out of the message by the field “Random bucket”.
        </EmptyState>
      ) : (
        <Report
          queryKey={query.queryKey}
          found={found}
          counting={countingText(params, named)}
          isAtFields={isAllAt(found.error, FIELDS)}
        >
          {(answer) => <LiftReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
