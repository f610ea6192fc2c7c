import { type QueryKey, type UseQueryOptions, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { isAllAt } from "./faults.ts";
import { useDraft } from "./useDraft.ts";

interface Question<Draft, Params, Answer, Key extends QueryKey> {
  /** Nothing while something is missing. */
  paramsOf: (draft: Draft) => Params | undefined;
  /** What is missing, by the field. */
  missingOf: (draft: Draft) => Partial<Draft>;
  /** The params that have a field. */
  fields: string[];
  queryOf: (params: Params | undefined) => UseQueryOptions<Answer, Error, Answer, Key> & { queryKey: Key };
  /** Puts the question into the address. */
  ask: (draft: Draft) => Promise<void>;
}

/** What the form of a question takes. */
export interface FormProps<Draft> {
  draft: Draft;
  missing: Partial<Draft>;
  error: Error | null;
  onChange: (changed: Partial<Draft>) => void;
  onCount: () => void;
}

/** What is asked by the address, what the form will ask, and the answer. */
export function useQuestion<Draft extends object, Params, Answer, Key extends QueryKey>(
  asked: Draft,
  { paramsOf, missingOf, fields, queryOf, ask }: Question<Draft, Params, Answer, Key>,
) {
  const { draft, change } = useDraft(asked);
  const [missing, setMissing] = useState<Partial<Draft>>({});
  const params = paramsOf(asked);
  const query = queryOf(params);
  const found = useQuery(query);

  function edit(changed: Partial<Draft>) {
    setMissing({});
    change(changed);
  }
  /** The same question changes nothing in the address: it is counted again. */
  async function count() {
    const lacking = missingOf(draft);
    setMissing(lacking);
    if (Object.keys(lacking).length > 0) return;
    const isSame = JSON.stringify(paramsOf(draft)) === JSON.stringify(params);
    await ask(draft);
    if (isSame) await found.refetch();
  }
  const form: FormProps<Draft> = {
    draft,
    missing,
    error: found.error,
    onChange: edit,
    onCount: () => void count(),
  };
  return { params, form, report: { queryKey: query.queryKey, found, isAtFields: isAllAt(found.error, fields) } };
}
