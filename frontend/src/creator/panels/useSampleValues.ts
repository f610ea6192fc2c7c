// What sampled people have of what the conditions test, as explanations show it.
import { useDebouncedValue } from "@mantine/hooks";
import { useQueries, useQuery } from "@tanstack/react-query";
import type { ExplainedPart, SampleUser } from "../../api/client.ts";
import { labelOf, observedText } from "../../detail/observedText.ts";
import { fieldsQuery } from "../../detail/queries.ts";
import { segmentsQuery } from "../../segments/queries.ts";
import { apiOf } from "../../shared/api.ts";
import type { Definition } from "../draft/usePreview.ts";

/** A call for each person: only once the definition rests, in milliseconds. */
const REST = 1_000;
/** More columns do not fit beside the conditions. */
const MOST = 3;
/** They stand in the sample anyway. */
const SHOWN = new Set(["plan", "createdAt", "lastActivityAt", "email", "firstName", "lastName"]);

export interface SampleColumn {
  field: string;
  label: string;
  /** By the person's id. */
  values: Map<string, string>;
}

export function useSampleValues(users: SampleUser[], definition: Definition): SampleColumn[] {
  const [rested] = useDebouncedValue(definition, REST);
  const catalogue = useQuery(fieldsQuery).data;
  const segments = useQuery(segmentsQuery).data?.segments ?? [];
  const fields = fieldsOf(definition.criteria);
  const isNeeded = rested === definition && fields.length > 0;
  const explained = useQueries({
    queries: users.map(({ id }) => ({
      queryKey: ["preview", "sample", id, rested],
      queryFn: ({ signal, client }: { signal: AbortSignal; client: Parameters<typeof apiOf>[0] }) =>
        apiOf(client).call("adminAudience.explainUser", { userId: id, ...rested }, { signal }),
      enabled: isNeeded,
      staleTime: 5_000,
    })),
  });
  return fields.map((field) => {
    const values = new Map<string, string>();
    for (const [place, { id }] of users.entries()) {
      const part = partOn(field, explained[place]?.data?.explanation);
      if (part !== undefined) values.set(id, observedText(part, catalogue, segments));
    }
    return { field, label: labelOf(field, catalogue), values };
  });
}

/** The first fields that conditions test and nothing else shows. */
function fieldsOf(items: Definition["criteria"]): string[] {
  const all = items.flatMap((item) => ("field" in item ? [item.field] : fieldsOf(item.criteria)));
  return [...new Set(all)].filter((field) => !SHOWN.has(field)).slice(0, MOST);
}

function partOn(field: string, part: ExplainedPart | null | undefined): ExplainedPart | undefined {
  if (part == null) return undefined;
  if (part.field === field) return part;
  for (const item of part.items ?? []) {
    const found = partOn(field, item);
    if (found !== undefined) return found;
  }
  return undefined;
}
