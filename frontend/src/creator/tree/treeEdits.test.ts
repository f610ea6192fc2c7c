import fc from "fast-check";
import { expect, test } from "vitest";
import {
  type ConditionNode,
  conditionsOf,
  findNode,
  type Node,
  newId,
  newSet,
  parentOf,
  type SetNode,
} from "./tree.ts";
import { addNode, canMove, copyNode, copyOf, moveNode, placeNode, removeNode, wrapNode } from "./treeEdits.ts";

function condition(field: string): ConditionNode {
  return { kind: "condition", id: newId(), field, operator: "equals", value: "", keys: {} };
}

const { set } = fc.letrec<{ set: SetNode; node: Node }>((tie) => ({
  node: fc.oneof({ maxDepth: 3 }, fc.string().map(condition), tie("set")),
  set: fc.array(tie("node"), { maxLength: 4 }).map((items) => newSet(items)),
}));

const idsOf = (root: SetNode) => conditionsOf(root).map(({ id }) => id);

test("moving down and up again brings everything back", () => {
  const [a, b, c] = ["a", "b", "c"].map(condition) as [ConditionNode, ConditionNode, ConditionNode];
  const group = newSet([b]);
  const root = newSet([a, group, c]);
  // Into the group, past what is in it, out of it, and past the last.
  const steps = [1, 2, 3, 4].reduce<SetNode[]>((all) => [...all, moveNode(all.at(-1) ?? root, a.id, 1)], [root]);
  expect(steps.map((step) => idsOf(step).indexOf(a.id))).toEqual([0, 0, 1, 1, 2]);
  expect(steps.map((step) => parentOf(step, a.id)?.id === group.id)).toEqual([false, true, true, false, false]);
  const back = steps.slice(1).reduce((tree) => moveNode(tree, a.id, -1), steps.at(-1) ?? root);
  expect(idsOf(back)).toEqual(idsOf(root));
  expect(canMove(back, a.id, -1)).toBe(false);
});

test("no move loses or doubles a condition", () => {
  fc.assert(
    fc.property(set, fc.infiniteStream(fc.nat()), fc.boolean(), (root, random, up) => {
      const ids = idsOf(root);
      fc.pre(ids.length > 0);
      const id = ids[(random.next().value as number) % ids.length] ?? "";
      for (const tree of [moveNode(root, id, up ? -1 : 1), wrapNode(root, id)]) {
        expect(idsOf(tree).toSorted()).toEqual(ids.toSorted());
        expect(findNode(tree, id)).toBe(findNode(root, id));
      }
      expect(idsOf(removeNode(root, id))).toEqual(ids.filter((other) => other !== id));
    }),
  );
});

test("what a change does not concern stays the same object", () => {
  const [left, right] = [newSet([condition("a")]), newSet([condition("b")])];
  const root = newSet([left, right]);
  const tree = addNode(root, right.id, condition("c"));
  expect(tree.items[0]).toBe(left);
  expect(tree.items[1]).not.toBe(right);
  expect(moveNode(root, "nobody", 1)).toBe(root);
});

test("a node is put before or after another one, also in another group", () => {
  const [a, b, c] = ["a", "b", "c"].map(condition) as [ConditionNode, ConditionNode, ConditionNode];
  const group = newSet([b]);
  const root = newSet([a, group, c]);
  expect(idsOf(placeNode(root, c.id, a.id, "before"))).toEqual([c.id, a.id, b.id]);
  const inside = placeNode(root, c.id, b.id, "before");
  expect(idsOf(inside)).toEqual([a.id, c.id, b.id]);
  expect(parentOf(inside, c.id)?.id).toBe(group.id);
  expect(idsOf(placeNode(root, group.id, c.id, "after"))).toEqual([a.id, c.id, b.id]);
});

test("a node is not put beside itself, or into itself", () => {
  const inner = condition("b");
  const group = newSet([inner]);
  const root = newSet([condition("a"), group]);
  expect(placeNode(root, group.id, inner.id, "after")).toBe(root);
  expect(placeNode(root, inner.id, inner.id, "after")).toBe(root);
  expect(placeNode(root, "unknown", inner.id, "after")).toBe(root);
});

test("a node that is put where it is changes nothing", () => {
  const [a, b, c] = ["a", "b", "c"].map(condition) as [ConditionNode, ConditionNode, ConditionNode];
  const group = newSet([b, c]);
  const root = newSet([a, group]);
  expect(placeNode(root, a.id, group.id, "before")).toBe(root);
  expect(placeNode(root, group.id, a.id, "after")).toBe(root);
  expect(placeNode(root, c.id, b.id, "after")).toBe(root);
  expect(idsOf(placeNode(root, b.id, c.id, "after"))).toEqual([a.id, c.id, b.id]);
  expect(placeNode(root, b.id, group.id, "before"), "out of its group").not.toBe(root);
});

test("no placement loses or doubles a condition", () => {
  fc.assert(
    fc.property(
      set,
      fc.nat(),
      fc.nat(),
      fc.constantFrom("before" as const, "after" as const),
      (root, one, other, side) => {
        const ids = idsOf(root);
        fc.pre(ids.length > 0);
        const after = placeNode(root, ids[one % ids.length] ?? "", ids[other % ids.length] ?? "", side);
        expect(idsOf(after).toSorted()).toEqual(ids.toSorted());
      },
    ),
  );
});

test("a copy stands after what it is of, with ids of its own", () => {
  const group = newSet([condition("a"), condition("b")], "OR");
  const root = newSet([group, condition("c")]);
  const after = copyNode(root, group.id, copyOf(group));
  expect(conditionsOf(after).map(({ field }) => field)).toEqual(["a", "b", "a", "b", "c"]);
  expect(new Set(idsOf(after)).size).toBe(5);
});
