// Structural changes of the tree. Each is announced, and moves the focus to where the user continues.
import { useMemo, useRef } from "react";
import type { Segment } from "../../api/client.ts";
import { announce } from "../../shared/Announcer.tsx";
import { type Builder, focusIdOf } from "./builderContext.ts";
import { type Catalogue, newCondition } from "./catalogue.ts";
import { focusSoon } from "./focus.ts";
import { type ChangeRoot, conditionsOf, depthOf, findNode, heightOf, newSet, parentOf, type SetNode } from "./tree.ts";
import { addNode, copyNode, copyOf, moveNode, placeNode, removeNode, wrapNode } from "./treeEdits.ts";

export function useBuilderActions(
  root: SetNode,
  changeRoot: ChangeRoot,
  catalogue: Catalogue,
  segments: Segment[],
  zone: string,
): Builder {
  // A ref, so that the actions stay stable while the tree changes.
  const latest = useRef(root);
  latest.current = root;
  return useMemo(() => {
    const isFull = (added = 1) => {
      if (conditionsOf(latest.current).length + added <= catalogue.limits.conditions) return false;
      announce(`A segment can have up to ${catalogue.limits.conditions} conditions`);
      return true;
    };
    const isTooDeep = (id: string, height: number) => {
      if (depthOf(latest.current, id) + height <= catalogue.limits.depth) return false;
      announce(`Groups can be nested up to ${catalogue.limits.depth} levels deep`);
      return true;
    };
    return {
      catalogue,
      segments,
      zone,
      changeRoot,
      remove(id) {
        const neighbor = neighborOf(latest.current, id);
        const what = findNode(latest.current, id)?.kind === "set" ? "Group" : "Condition";
        changeRoot((root) => removeNode(root, id));
        announce(`${what} removed. Undo to bring it back.`);
        focusSoon(neighbor);
      },
      move(id, by) {
        changeRoot((root) => moveNode(root, id, by));
        const focused = document.activeElement?.id;
        const after = moveNode(latest.current, id, by);
        const parent = parentOf(after, id);
        const place = (parent?.items.findIndex((item) => item.id === id) ?? 0) + 1;
        announce(`Moved to position ${place} of ${parent?.items.length ?? 1}`);
        if (focused !== undefined && focused !== "") focusSoon(focused);
      },
      place(id, beside, side) {
        const node = findNode(latest.current, id);
        const parent = parentOf(latest.current, beside);
        if (node === undefined || parent === undefined || isTooDeep(parent.id, heightOf(node))) return;
        // There must be something to undo.
        if (placeNode(latest.current, id, beside, side) === latest.current) return;
        changeRoot((root) => placeNode(root, id, beside, side));
        announce("Moved. Undo to bring it back.");
      },
      copy(id) {
        const node = findNode(latest.current, id);
        if (node === undefined || isFull(conditionsOf(node).length)) return;
        const copy = copyOf(node);
        changeRoot((root) => copyNode(root, id, copy));
        announce("Copied");
        focusSoon(focusIdOf(copy));
      },
      addCondition(parent, field) {
        if (isFull()) return;
        const node = newCondition(catalogue, field);
        changeRoot((root) => addNode(root, parent, node));
        announce("Condition added");
        focusSoon(focusIdOf(node));
      },
      addSet(parent) {
        if (isFull() || isTooDeep(parent, 1)) return;
        const condition = newCondition(catalogue);
        changeRoot((root) => addNode(root, parent, newSet([condition], "OR")));
        announce("Group added");
        focusSoon(focusIdOf(condition));
      },
      wrap(id) {
        const node = findNode(latest.current, id);
        if (node === undefined || isTooDeep(id, heightOf(node))) return;
        changeRoot((root) => wrapNode(root, id));
        announce("Moved into a new group");
        focusSoon(focusIdOf(node));
      },
    };
  }, [changeRoot, catalogue, segments, zone]);
}

/** What is looked at next when a node goes: the one after it, the one before it, or else the group. */
function neighborOf(root: SetNode, id: string): string {
  const parent = parentOf(root, id) ?? root;
  const place = parent.items.findIndex((item) => item.id === id);
  const next = parent.items[place + 1] ?? parent.items[place - 1];
  return next === undefined ? `add-${parent.id}` : focusIdOf(next);
}
