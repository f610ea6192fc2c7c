// The definition while it is being built: nodes with ids of their own, and values as they are typed. Nothing of this goes
// over the wire; see `toCriteria` and `fromCriteria`.
import type { CombineWith } from "../../api/client.ts";

export interface ConditionNode {
  kind: "condition";
  id: string;
  field: string;
  operator: string;
  /** As typed: a text, or a list of texts where the operator takes several values. */
  value: string | string[];
  /** Restrictions that some fields take, such as `within`; amounts as typed, in major units. */
  keys: Record<string, string>;
}

export interface SetNode {
  kind: "set";
  id: string;
  combineWith: CombineWith;
  not: boolean;
  items: Node[];
}

export type Node = ConditionNode | SetNode;

/** Changes the tree; changes that name the same place and follow closely are one step to undo. */
export type ChangeRoot = (change: (root: SetNode) => SetNode, place?: string) => void;

let lastId = 0;

export function newId(): string {
  lastId += 1;
  return `n${lastId}`;
}

export function newSet(items: Node[] = [], combineWith: CombineWith = "AND"): SetNode {
  return { kind: "set", id: newId(), combineWith, not: false, items };
}

export function findNode(root: SetNode, id: string): Node | undefined {
  if (root.id === id) return root;
  for (const item of root.items) {
    const found = item.kind === "set" ? findNode(item, id) : item.id === id ? item : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export function parentOf(root: SetNode, id: string): SetNode | undefined {
  if (root.items.some((item) => item.id === id)) return root;
  for (const item of root.items) {
    const found = item.kind === "set" ? parentOf(item, id) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Replaces one node. Nodes that are not its ancestors stay the same objects. */
export function updateNode<N extends Node>(root: SetNode, id: string, change: (node: N) => Node): SetNode {
  if (root.id === id) return change(root as Node as N) as SetNode;
  const items = root.items.map((item): Node => {
    if (item.id === id) return change(item as N);
    return item.kind === "set" ? updateNode(item, id, change) : item;
  });
  return items.some((item, place) => item !== root.items[place]) ? { ...root, items } : root;
}

export function conditionsOf(node: Node): ConditionNode[] {
  return node.kind === "condition" ? [node] : node.items.flatMap(conditionsOf);
}

/** How deep a node lies: the outermost set is 1. */
export function depthOf(root: SetNode, id: string, depth = 1): number {
  if (root.id === id) return depth;
  for (const item of root.items) {
    if (item.id === id) return depth + 1;
    const found = item.kind === "set" ? depthOf(item, id, depth + 1) : 0;
    if (found > 0) return found;
  }
  return 0;
}

/** How many sets lie within each other, from this node down. */
export function heightOf(node: Node): number {
  return node.kind === "condition" ? 0 : 1 + Math.max(0, ...node.items.map(heightOf));
}
