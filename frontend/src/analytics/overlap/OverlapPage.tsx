import { IconCirclesRelation } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { overlapRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { listOf, textOf } from "../../shared/lists.ts";
import { faultAt } from "../pieces/faults.ts";
import { PointField } from "../pieces/PointField.tsx";
import { Report } from "../pieces/Report.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { SegmentsField } from "../pieces/SegmentsField.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { overlapQuery } from "../queries.ts";
import { OverlapReport } from "./OverlapReport.tsx";
import { LEAST, MOST, missingOf, paramsOf } from "./words.ts";

/** How segments overlap: every pair, and every combination. */
export function OverlapPage() {
  const search = overlapRoute.useSearch();
  const navigate = overlapRoute.useNavigate();
  const asked = { segments: search.segments ?? "", at: search.at ?? "" };
  const { params, form, report } = useQuestion(asked, {
    paramsOf,
    missingOf,
    fields: ["segments", "at"],
    queryOf: overlapQuery,
    ask: (next) => navigate({ search: next, resetScroll: false }),
  });
  const { draft, missing, error, onChange, onCount } = form;
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <ReportPage title="Overlap" subtitle="How many people are in several segments at once.">
      <ReportForm label="What to count" onCount={onCount}>
        <SegmentsField
          label="Segments"
          description={`${LEAST} to ${MOST}`}
          most={MOST}
          value={listOf(draft.segments)}
          fault={missing.segments ?? faultAt(error, "segments")}
          onChange={(segments) => onChange({ segments: textOf(segments) })}
        />
        <PointField
          label="At"
          description="Leave empty for now"
          as="instant"
          value={draft.at}
          fault={faultAt(error, "at")}
          onChange={(at) => onChange({ at })}
        />
      </ReportForm>
      {params === undefined ? (
        <EmptyState icon={IconCirclesRelation} title="Choose segments to compare">
          See which ones share members, and how many.
        </EmptyState>
      ) : (
        <Report {...report} counting={`who is in which of ${pluralize(params.segments.length, "segment")}`}>
          {(answer) => <OverlapReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
