import { useState } from "react";
import { useDraft } from "./useDraft.ts";

interface Form<Draft, Params> {
  /** Nothing while something is missing. */
  paramsOf: (draft: Draft) => Params | undefined;
  /** What is missing, by the field. */
  missingOf: (draft: Draft) => Partial<Draft>;
}

/** What is asked by the address, and what the form will ask. */
export function useQuestion<Draft extends object, Params>(asked: Draft, { paramsOf, missingOf }: Form<Draft, Params>) {
  const { draft, change } = useDraft(asked);
  const [missing, setMissing] = useState<Partial<Draft>>({});
  const params = paramsOf(asked);

  function edit(changed: Partial<Draft>) {
    setMissing({});
    change(changed);
  }
  /** `ask` puts the question into the address. Of the same question, that changes nothing: it is counted again. */
  async function count(ask: (draft: Draft) => Promise<void>, again: () => Promise<unknown>) {
    const lacking = missingOf(draft);
    setMissing(lacking);
    if (Object.keys(lacking).length > 0) return;
    const isSame = JSON.stringify(paramsOf(draft)) === JSON.stringify(params);
    await ask(draft);
    if (isSame) await again();
  }
  return { draft, edit, missing, params, count };
}
