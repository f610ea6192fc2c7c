import { IconCrystalBall } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { forecastRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { Report } from "../pieces/Report.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { forecastQuery } from "../queries.ts";
import { CertainReport } from "./CertainReport.tsx";
import { FIELDS, ForecastForm } from "./ForecastForm.tsx";
import { draftOf, missingOf, paramsOf } from "./question.ts";
import { UsualReport } from "./UsualReport.tsx";

/** How a segment changes: if nobody does anything, or as it usually does. */
export function ForecastPage() {
  const search = forecastRoute.useSearch();
  const navigate = forecastRoute.useNavigate();
  const { params, form, report } = useQuestion(draftOf(search), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: forecastQuery,
    ask: (next) => navigate({ search: next, resetScroll: false }),
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ReportPage title="Forecast" subtitle="How a segment changes in the days to come.">
      <ForecastForm {...form} />
      {params === undefined ? (
        <EmptyState icon={IconCrystalBall} title="Choose a segment">
          See who leaves it and who joins it, before it happens.
        </EmptyState>
      ) : (
        <Report {...report} counting={`the next ${pluralize(params.days, "day")}`}>
          {(answer) =>
            answer.kind === "certain" ? (
              <CertainReport answer={answer} params={params} named={named} />
            ) : (
              <UsualReport answer={answer} params={params} named={named} />
            )
          }
        </Report>
      )}
    </ReportPage>
  );
}
