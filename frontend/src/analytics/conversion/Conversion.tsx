import { IconTarget } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ConversionSearch } from "../../app/routes.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { EmptyState } from "../../shared/EmptyState.tsx";
import { Report } from "../pieces/Report.tsx";
import { useQuestion } from "../pieces/useQuestion.ts";
import { conversionQuery } from "../queries.ts";
import { ConversionForm, FIELDS } from "./ConversionForm.tsx";
import { ConversionReport } from "./ConversionReport.tsx";
import { draftOf, missingOf, paramsOf, searchOf } from "./question.ts";
import { countingText } from "./words.ts";

interface Props {
  search: ConversionSearch;
  /** Whether the segment is given, and not asked for. */
  hasSegment?: boolean;
  onAsk: (search: ConversionSearch) => Promise<void>;
}

/** The question, and its answer. */
export function Conversion({ search, hasSegment = false, onAsk }: Props) {
  const [now] = useState(() => new Date());
  const { params, form, report } = useQuestion(draftOf(search, now), {
    paramsOf,
    missingOf,
    fields: FIELDS,
    queryOf: conversionQuery,
    ask: (next) => onAsk(searchOf(next)),
  });
  const named = useQuery(segmentsQuery).data?.segments ?? [];

  return (
    <>
      <ConversionForm hasSegment={hasSegment} {...form} />
      {params === undefined ? (
        <EmptyState icon={IconTarget} title="Choose a segment and a goal">
          Everyone who joins the segment counts once, at the time when they joined.
        </EmptyState>
      ) : (
        <Report {...report} counting={countingText(params, named)}>
          {(answer) => <ConversionReport answer={answer} params={params} named={named} />}
        </Report>
      )}
    </>
  );
}
