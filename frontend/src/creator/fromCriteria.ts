// From the criteria of the API to the tree.
import type { CombineWith, CriteriaCondition, CriteriaItem, CriteriaSet } from "../api/client.ts";
import { type Catalogue, emptyOf, operatorOf } from "./catalogue.ts";
import { type Node, newId, type SetNode } from "./tree.ts";

const BESIDES = new Set(["field", "operator", "value"]);

export function fromCriteria(combineWith: CombineWith, criteria: CriteriaItem[], catalogue: Catalogue): SetNode {
  const [only] = criteria;
  // A negated set that is all there is, is the whole negated.
  if (criteria.length === 1 && only !== undefined && isSet(only) && only.not === true) return set(only, catalogue);
  return set({ combineWith, criteria }, catalogue);
}

/** The definition of a stored segment. */
export function fromDefinition(definition: unknown, catalogue: Catalogue): SetNode {
  return set(definition as CriteriaSet, catalogue);
}

function set({ combineWith, criteria, not }: CriteriaSet, catalogue: Catalogue): SetNode {
  const items = criteria.map((item): Node => (isSet(item) ? set(item, catalogue) : condition(item, catalogue)));
  return { kind: "set", id: newId(), combineWith, not: not === true, items };
}

function condition(item: CriteriaCondition, catalogue: Catalogue): Node {
  const { field, operator, value } = item;
  const form = operatorOf(catalogue, field, operator)?.value ?? "text";
  const keys = Object.entries(item).filter(([name, text]) => !BESIDES.has(name) && text != null);
  return {
    kind: "condition",
    id: newId(),
    field,
    operator,
    value: value === undefined || value === null ? emptyOf(form) : asTyped(value),
    keys: Object.fromEntries(keys.map(([name, text]) => [name, String(text)])),
  };
}

function asTyped(value: unknown): string | string[] {
  return Array.isArray(value) ? value.map(String) : String(value);
}

function isSet(item: CriteriaItem): item is CriteriaSet {
  return "criteria" in item;
}
