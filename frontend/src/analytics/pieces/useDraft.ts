import { useState } from "react";

/** What is being typed. It begins anew when the address changes, also by going back. */
export function useDraft<Draft extends object>(asked: Draft) {
  const key = JSON.stringify(asked);
  const [state, setState] = useState({ key, draft: asked });
  if (state.key !== key) setState({ key, draft: asked });
  const draft = state.key === key ? state.draft : asked;
  return { draft, change: (changed: Partial<Draft>) => setState({ key, draft: { ...draft, ...changed } }) };
}
