import { IconCoin } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { MoneySearch } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { Report } from "../pieces/Report.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { revenueQuery } from "../queries.ts";
import { ModelSwitch } from "./ModelSwitch.tsx";
import { FIELDS, MoneyForm } from "./MoneyForm.tsx";
import { MoneyReport } from "./MoneyReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";

interface Props {
  search: MoneySearch;
  /** Whether the segment is given, and not asked for. */
  hasSegment?: boolean;
  onAsk: (search: MoneySearch) => Promise<void>;
}

/** The question, and its answer. */
export function Money({ search, hasSegment = false, onAsk }: Props) {
  const [now] = useState(() => new Date());
  const asked = draftOf(search, now);
  const ask = (next: typeof asked) => onAsk(searchOf(next));
  const { params, form, report } = useQuestion(asked, {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: revenueQuery,
    ask,
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <>
      <MoneyForm hasSegment={hasSegment} {...form} />
      {params === undefined ? (
        <EmptyState icon={IconCoin} title="Choose segments">
          See how much of the revenue each of them had.
        </EmptyState>
      ) : (
        <>
          {/* One segment gets all of its amounts by every model. */}
          {!hasSegment && (
            <ModelSwitch
              model={asked.model}
              answer={report.found.data}
              onChange={(model) => void ask({ ...asked, model })}
            />
          )}
          <Report {...report} counting="what people paid in which segment">
            {(answer) => <MoneyReport answer={answer} params={params} named={named} />}
          </Report>
        </>
      )}
    </>
  );
}
