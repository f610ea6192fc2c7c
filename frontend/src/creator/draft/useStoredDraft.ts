// The draft, kept in this tab while it differs from what is stored.
import { useEffect, useRef, useState } from "react";
import type { Catalogue } from "../tree/catalogue.ts";
import { fromCriteria } from "../tree/fromCriteria.ts";
import { toCriteria } from "../tree/toCriteria.ts";
import { clearDraft, loadDraft, saveDraft } from "./draftStorage.ts";
import { type Draft, useDraft } from "./useDraft.ts";

export function useStoredDraft(
  id: string | undefined,
  catalogue: Catalogue,
  initial: () => Draft,
  versionAtFirst: number | null,
) {
  const [found] = useState(() => loadDraft(id));
  // Somebody else may have saved meanwhile; the draft keeps the version it is based on.
  const [version, setVersion] = useState(found?.version ?? versionAtFirst);
  const steps = useDraft(() => {
    if (found === undefined) return initial();
    return { name: found.name, description: found.description, root: fromCriteria(found, catalogue) };
  });
  const first = useRef(steps.draft);
  const isForgotten = useRef(false);
  useEffect(() => {
    if (isForgotten.current) return;
    // Everything was undone, so there is nothing to restore.
    if (steps.draft === first.current) return found === undefined ? clearDraft(id) : undefined;
    const { combineWith, criteria, not } = toCriteria(steps.draft.root, catalogue);
    const { name, description } = steps.draft;
    saveDraft(id, { name, description, combineWith, criteria, not, version });
  }, [steps.draft, id, catalogue, version, found]);
  return {
    steps,
    version,
    setVersion,
    wasRestored: found !== undefined,
    forget() {
      isForgotten.current = true;
      clearDraft(id);
    },
  };
}
