import { IconActivity } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { EngagementSearch } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { pluralize } from "../../shared/format.ts";
import { Report } from "../pieces/Report.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { engagementQuery } from "../queries.ts";
import { EngagementForm, FIELDS } from "./EngagementForm.tsx";
import { EngagementReport } from "./EngagementReport.tsx";
import { draftOf, missingOf, paramsOf } from "./question.ts";

interface Props {
  search: EngagementSearch;
  /** Whether the segment is given, and not asked for. */
  hasSegment?: boolean;
  onAsk: (search: EngagementSearch) => Promise<void>;
}

/** The question, and its answer. */
export function Engagement({ search, hasSegment = false, onAsk }: Props) {
  const [now] = useState(() => new Date());
  const { params, form, report } = useQuestion(draftOf(search, now), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: engagementQuery,
    ask: onAsk,
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];
  return (
    <>
      <EngagementForm hasSegment={hasSegment} {...form} />
      {params === undefined ? (
        <EmptyState icon={IconActivity} title="Choose segments">
          See how many of their members are active, and how often.
        </EmptyState>
      ) : (
        <Report {...report} counting={`who was active of ${pluralize(params.segments.length, "segment")}`}>
          {(answer) => <EngagementReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </>
  );
}
