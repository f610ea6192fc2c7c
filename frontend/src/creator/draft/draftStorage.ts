// Keeps the draft in this tab across reloads and ended sessions.
import type { CombineWith, CriteriaItem } from "../../api/client.ts";

export interface StoredDraft {
  name: string;
  description: string;
  combineWith: CombineWith;
  criteria: CriteriaItem[];
  not: boolean;
  /** The version that it is based on; none for a new segment. */
  version: number | null;
}

const keyOf = (id: string | undefined) => `audience.draft.${id ?? "new"}`;

export function saveDraft(id: string | undefined, draft: StoredDraft) {
  try {
    sessionStorage.setItem(keyOf(id), JSON.stringify(draft));
  } catch {
    // The storage is full or forbidden: the draft then lives as long as the page.
  }
}

export function loadDraft(id: string | undefined): StoredDraft | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(id));
    return text === null ? undefined : (JSON.parse(text) as StoredDraft);
  } catch {
    return undefined;
  }
}

export function clearDraft(id: string | undefined) {
  sessionStorage.removeItem(keyOf(id));
}
