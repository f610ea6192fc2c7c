import { IconCoin } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { moneyRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { isAllAt } from "../pieces/faults.ts";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { revenueQuery } from "../queries.ts";
import { ModelSwitch } from "./ModelSwitch.tsx";
import { FIELDS, MoneyForm } from "./MoneyForm.tsx";
import { MoneyReport } from "./MoneyReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";

/** What people paid while they were in which segment. */
export function MoneyPage() {
  const search = moneyRoute.useSearch();
  const navigate = moneyRoute.useNavigate();
  const [now] = useState(() => new Date());
  const asked = draftOf(search, now);
  const { draft, edit, missing, params, count } = useQuestion(asked, { paramsOf, missingOf });
  const query = revenueQuery(params);
  const found = useQuery(query);
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  const ask = (next: typeof draft) => navigate({ search: searchOf(next), resetScroll: false });
  return (
    <ReportPage title="Money" subtitle="What people paid and got back while they were in a segment.">
      <MoneyForm
        draft={draft}
        isMissing={missing.segments !== undefined}
        error={found.error}
        onChange={edit}
        onCount={() => void count(ask, found.refetch)}
      />
      {params === undefined ? (
        <EmptyState icon={IconCoin} title="Choose segments">
          See how much of the revenue each of them had.
        </EmptyState>
      ) : (
        <>
          <ModelSwitch model={asked.model} answer={found.data} onChange={(model) => void ask({ ...asked, model })} />
          <Report
            queryKey={query.queryKey}
            found={found}
            counting="what people paid in which segment"
            isAtFields={isAllAt(found.error, FIELDS)}
          >
            {(answer) => <MoneyReport answer={answer} params={params} named={named} />}
          </Report>
        </>
      )}
    </ReportPage>
  );
}
