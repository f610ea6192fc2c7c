// Changes of the shape of a tree.
import { findNode, type Node, newId, newSet, parentOf, type SetNode, updateNode } from "./tree.ts";

export type Side = "before" | "after";

export function addNode(root: SetNode, parent: string, node: Node): SetNode {
  return updateNode<SetNode>(root, parent, (set) => ({ ...set, items: [...set.items, node] }));
}

export function removeNode(root: SetNode, id: string): SetNode {
  const parent = parentOf(root, id);
  if (parent === undefined) return root;
  return updateNode<SetNode>(root, parent.id, (set) => ({ ...set, items: set.items.filter((item) => item.id !== id) }));
}

/** Puts a node into a group of its own, which others can join. */
export function wrapNode(root: SetNode, id: string): SetNode {
  return updateNode(root, id, (node) => newSet([node]));
}

/** Puts a node before or after another one. Nothing changes if that lies within it, or if the node is there already. */
export function placeNode(root: SetNode, id: string, beside: string, side: Side): SetNode {
  const node = findNode(root, id);
  if (node === undefined || node === root || findNode(newSet([node]), beside) !== undefined) return root;
  const before = parentOf(root, beside)?.items ?? [];
  if (before[before.findIndex((item) => item.id === beside) + (side === "before" ? -1 : 1)] === node) return root;
  const without = removeNode(root, id);
  const parent = parentOf(without, beside);
  const place = parent?.items.findIndex((item) => item.id === beside) ?? -1;
  if (parent === undefined) return root;
  return updateNode<SetNode>(without, parent.id, (set) => ({
    ...set,
    items: insertAt(set.items, side === "before" ? place : place + 1, node),
  }));
}

/** Puts a copy after a node. */
export function copyNode(root: SetNode, id: string, copy: Node): SetNode {
  const parent = parentOf(root, id);
  const place = parent?.items.findIndex((item) => item.id === id) ?? -1;
  if (parent === undefined) return root;
  return updateNode<SetNode>(root, parent.id, (set) => ({ ...set, items: insertAt(set.items, place + 1, copy) }));
}

/** The same with ids of its own. */
export function copyOf(node: Node): Node {
  return node.kind === "condition" ? { ...node, id: newId() } : { ...node, id: newId(), items: node.items.map(copyOf) };
}

/** One place up or down. At the edge of a group the node leaves it; a group beside it takes it in. */
export function moveNode(root: SetNode, id: string, by: -1 | 1): SetNode {
  const parent = parentOf(root, id);
  const place = parent?.items.findIndex((item) => item.id === id) ?? -1;
  const node = parent?.items[place];
  if (parent === undefined || node === undefined) return root;
  const neighbor = parent.items[place + by];
  if (neighbor === undefined) return moveOutOfParent(root, parent, node, by);
  if (neighbor.kind === "set" && node.kind === "condition") {
    return updateNode<SetNode>(removeNode(root, id), neighbor.id, (set) => ({
      ...set,
      items: by === 1 ? [node, ...set.items] : [...set.items, node],
    }));
  }
  return updateNode<SetNode>(root, parent.id, (set) => ({
    ...set,
    items: insertAt(without(set, id), place + by, node),
  }));
}

export function canMove(root: SetNode, id: string, by: -1 | 1): boolean {
  return moveNode(root, id, by) !== root;
}

function moveOutOfParent(root: SetNode, parent: SetNode, node: Node, by: -1 | 1): SetNode {
  const outer = parentOf(root, parent.id);
  if (outer === undefined) return root;
  const place = outer.items.findIndex((item) => item.id === parent.id) + (by === 1 ? 1 : 0);
  return updateNode<SetNode>(removeNode(root, node.id), outer.id, (set) => ({
    ...set,
    items: insertAt(set.items, place, node),
  }));
}

function without(set: SetNode, id: string): Node[] {
  return set.items.filter((item) => item.id !== id);
}

function insertAt(items: Node[], place: number, node: Node): Node[] {
  return [...items.slice(0, place), node, ...items.slice(place)];
}
