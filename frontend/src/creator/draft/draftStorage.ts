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

export function saveDraft(key: string, draft: StoredDraft) {
  try {
    sessionStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // The storage is full or forbidden: the draft then lives as long as the page.
  }
}

export function loadDraft(key: string): StoredDraft | undefined {
  try {
    const text = sessionStorage.getItem(key);
    return text === null ? undefined : (JSON.parse(text) as StoredDraft);
  } catch {
    return undefined;
  }
}

export function clearDraft(key: string) {
  sessionStorage.removeItem(key);
}
