// A draft is kept in this tab, so that neither a reload nor a lost session loses it.
import type { CombineWith, CriteriaItem } from "../../api/client.ts";

export interface KeptDraft {
  name: string;
  description: string;
  combineWith: CombineWith;
  criteria: CriteriaItem[];
  not: boolean;
  /** The version that it is based on; none for a new segment. */
  version: number | null;
}

const keyOf = (id: string | undefined) => `audience.draft.${id ?? "new"}`;

export function keep(id: string | undefined, draft: KeptDraft) {
  try {
    sessionStorage.setItem(keyOf(id), JSON.stringify(draft));
  } catch {
    // The storage is full or forbidden: the draft then lives as long as the page.
  }
}

export function kept(id: string | undefined): KeptDraft | undefined {
  try {
    const text = sessionStorage.getItem(keyOf(id));
    return text === null ? undefined : (JSON.parse(text) as KeptDraft);
  } catch {
    return undefined;
  }
}

export function forget(id: string | undefined) {
  sessionStorage.removeItem(keyOf(id));
}
