import { IconCirclesRelation } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { overlapRoute } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { listOf, textOf } from "../../shared/lists.ts";
import { faultAt, isAllAt } from "../pieces/faults.ts";
import { PointField } from "../pieces/PointField.tsx";
import { Report } from "../pieces/Report.tsx";
import { ReportForm } from "../pieces/ReportForm.tsx";
import { ReportPage } from "../pieces/ReportPage.tsx";
import { SegmentsField } from "../pieces/SegmentsField.tsx";
import { useDraft } from "../pieces/useDraft.ts";
import { overlapQuery } from "../queries.ts";
import { OverlapReport } from "./OverlapReport.tsx";
import { MOST, paramsOf } from "./words.ts";

/** How segments overlap: every pair, and every combination. */
export function OverlapPage() {
  const search = overlapRoute.useSearch();
  const navigate = overlapRoute.useNavigate();
  const { draft, change } = useDraft({ segments: search.segments ?? "", at: search.at ?? "" });
  const [isMissing, setIsMissing] = useState(false);
  const params = paramsOf(search);
  const query = overlapQuery(params);
  const found = useQuery(query);
  const named = useQuery(segmentsQuery).data?.segments ?? [];

  async function count() {
    const asked = paramsOf(draft);
    setIsMissing(asked === undefined);
    if (asked === undefined) return;
    await navigate({ search: draft, resetScroll: false });
    if (JSON.stringify(asked) === JSON.stringify(params)) await found.refetch();
  }
  return (
    <ReportPage title="Overlap" subtitle="How many people are in several segments at once.">
      <ReportForm label="What to count" onCount={() => void count()}>
        <SegmentsField
          label="Segments"
          description={`2 to ${MOST}`}
          most={MOST}
          value={listOf(draft.segments)}
          fault={
            isMissing && paramsOf(draft) === undefined
              ? "Choose at least 2 segments."
              : faultAt(found.error, "segments")
          }
          onChange={(segments) => change({ segments: textOf(segments) })}
        />
        <PointField
          label="At"
          description="Leave empty for now"
          as="instant"
          value={draft.at}
          fault={faultAt(found.error, "at")}
          onChange={(at) => change({ at })}
        />
      </ReportForm>
      {params === undefined ? (
        <EmptyState icon={IconCirclesRelation} title="Choose segments to compare">
          See which ones share members, and how many.
        </EmptyState>
      ) : (
        <Report
          queryKey={query.queryKey}
          found={found}
          counting={`who is in which of ${pluralize(params.segments.length, "segment")}`}
          isAtFields={isAllAt(found.error, ["segments", "at"])}
        >
          {(answer) => <OverlapReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </ReportPage>
  );
}
