// The draft, kept in this tab while it differs from what is stored.
import { useEffect, useRef, useState } from "react";
import type { Catalogue } from "../tree/catalogue.ts";
import { fromCriteria } from "../tree/fromCriteria.ts";
import { toCriteria } from "../tree/toCriteria.ts";
import { clearDraft, loadDraft, type StoredDraft, saveDraft } from "./draftStorage.ts";
import { type Draft, useDraft } from "./useDraft.ts";

export function useStoredDraft(key: string, catalogue: Catalogue, initial: () => Draft, versionAtFirst: number | null) {
  const [found] = useState(() => loadDraft(key));
  // Somebody else may have saved meanwhile; the draft keeps the version it is based on.
  const [version, setVersion] = useState(found?.version ?? versionAtFirst);
  const steps = useDraft(() => {
    if (found === undefined) return initial();
    return { name: found.name, description: found.description, root: fromCriteria(found, catalogue) };
  });
  const first = useRef(steps.draft);
  const isForgotten = useRef(false);
  function stored(): StoredDraft {
    const { name, description, root } = steps.draft;
    const { combineWith, criteria, not } = toCriteria(root, catalogue);
    return { name, description, combineWith, criteria, not, version };
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: the catalogue gives the same definition for the same draft
  useEffect(() => {
    if (isForgotten.current) return;
    // Everything was undone, so there is nothing to restore.
    if (steps.draft === first.current) return found === undefined ? clearDraft(key) : undefined;
    saveDraft(key, stored());
  }, [steps.draft, key, version, found]);
  function forget() {
    isForgotten.current = true;
    clearDraft(key);
  }
  return {
    steps,
    version,
    setVersion,
    wasRestored: found !== undefined,
    isChanged: steps.draft !== first.current || found !== undefined,
    forget,
    /** Forgets the draft; what it returns brings it back for the next editor. */
    discard() {
      const discarded = stored();
      forget();
      return () => saveDraft(key, discarded);
    },
  };
}
