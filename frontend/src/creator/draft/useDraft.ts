// The draft with its undo history.
import { useCallback, useMemo, useReducer } from "react";
import type { ChangeRoot, SetNode } from "../tree/tree.ts";

export interface Draft {
  name: string;
  description: string;
  root: SetNode;
}

interface History {
  past: Draft[];
  present: Draft;
  future: Draft[];
  /** What was changed last, and when. */
  last: { place: string; at: number };
}

type Action =
  | { kind: "change"; change: (draft: Draft) => Draft; place: string; at: number }
  | { kind: "undo" }
  | { kind: "redo" };

/** Changes of one place within this time, in milliseconds, are one step to undo. */
const MERGE_WINDOW = 900;
const MAX_STEPS = 200;

export function historyReducer(state: History, action: Action): History {
  const { past, present, future, last } = state;
  if (action.kind === "change") {
    const next = action.change(present);
    if (next === present) return state;
    const isSameStep = action.place !== "" && action.place === last.place && action.at - last.at < MERGE_WINDOW;
    const before = isSameStep ? past : [...past, present].slice(-MAX_STEPS);
    return { past: before, present: next, future: [], last: { place: action.place, at: action.at } };
  }
  const [previous, next] = [past.at(-1), future[0]];
  if (action.kind === "undo" && previous !== undefined) {
    return {
      past: past.slice(0, -1),
      present: previous,
      future: [present, ...future],
      last: initialHistory(present).last,
    };
  }
  if (action.kind === "redo" && next !== undefined) {
    return { past: [...past, present], present: next, future: future.slice(1), last: initialHistory(present).last };
  }
  return state;
}

export function initialHistory(draft: Draft): History {
  return { past: [], present: draft, future: [], last: { place: "", at: 0 } };
}

/** A change of the draft; `place` names what is changed, if further changes of it belong together. */
export type ChangeDraft = (change: (draft: Draft) => Draft, place?: string) => void;

export function useDraft(initial: () => Draft) {
  const [state, dispatch] = useReducer(historyReducer, undefined, () => initialHistory(initial()));
  const change = useCallback<ChangeDraft>(
    (change, place = "") => dispatch({ kind: "change", change, place, at: Date.now() }),
    [],
  );
  const changeRoot = useCallback<ChangeRoot>(
    (changeOfRoot, place) =>
      change((draft) => {
        const root = changeOfRoot(draft.root);
        return root === draft.root ? draft : { ...draft, root };
      }, place),
    [change],
  );
  return useMemo(
    () => ({
      draft: state.present,
      canUndo: state.past.length > 0,
      canRedo: state.future.length > 0,
      change,
      changeRoot,
      undo: () => dispatch({ kind: "undo" }),
      redo: () => dispatch({ kind: "redo" }),
    }),
    [state, change, changeRoot],
  );
}
