// Which segments are selected. It outlives the list, so that one can look at a segment and come back.
import { createStore } from "../../shared/store.ts";

const selection = createStore<ReadonlySet<string>>(new Set());

export const useSelection = selection.use;

export function select(ids: string[], isSelected: boolean) {
  const next = new Set(selection.get());
  for (const id of ids) {
    if (isSelected) next.add(id);
    else next.delete(id);
  }
  selection.set(next);
}

export function clearSelection() {
  selection.set(new Set());
}
