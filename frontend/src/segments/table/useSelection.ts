// Which segments are selected. It outlives the list, so that one can look at a segment and come back.
import { useRouter } from "@tanstack/react-router";
import { createStore } from "../../shared/store.ts";

interface Selection {
  /** A hook: the ids that are selected. */
  use: () => ReadonlySet<string>;
  select: (ids: string[], isSelected: boolean) => void;
  clear: () => void;
}

/** By router: an app may show several lists on one page, and each has a selection of its own. */
const selections = new WeakMap<object, Selection>();

/** The selection, without following it. */
export function useSelection(): Selection {
  const router = useRouter();
  const known = selections.get(router);
  if (known !== undefined) return known;
  const made = createSelection();
  selections.set(router, made);
  return made;
}

/** The ids that are selected, with a new render on each change. */
export function useSelected(): ReadonlySet<string> {
  return useSelection().use();
}

function createSelection(): Selection {
  const ids = createStore<ReadonlySet<string>>(new Set());
  return {
    use: ids.use,
    select(changed, isSelected) {
      const next = new Set(ids.get());
      for (const id of changed) {
        if (isSelected) next.add(id);
        else next.delete(id);
      }
      ids.set(next);
    },
    clear: () => ids.set(new Set()),
  };
}
