// From the criteria of the API to the tree.
import type { CriteriaCondition, CriteriaItem, CriteriaSet } from "../../api/client.ts";
import { toMajor } from "../../shared/money.ts";
import { type Catalogue, emptyValue, isAmount, isAmountKey, operatorOf } from "./catalogue.ts";
import { type Node, newId, type SetNode } from "./tree.ts";

const NOT_KEYS = new Set(["field", "operator", "value"]);

export function fromCriteria(definition: CriteriaSet, catalogue: Catalogue): SetNode {
  return set(definition, catalogue);
}

/** The definition of a stored segment. */
export function fromDefinition(definition: unknown, catalogue: Catalogue): SetNode {
  return fromCriteria(definition as CriteriaSet, catalogue);
}

function set({ combineWith, criteria, not }: CriteriaSet, catalogue: Catalogue): SetNode {
  const items = criteria.map((item): Node => (isSet(item) ? set(item, catalogue) : condition(item, catalogue)));
  return { kind: "set", id: newId(), combineWith, not: not === true, items };
}

function condition(item: CriteriaCondition, catalogue: Catalogue): Node {
  const { field, operator, value } = item;
  const form = operatorOf(catalogue, field, operator)?.value ?? "text";
  const keys = Object.entries(item).filter(([name, text]) => !NOT_KEYS.has(name) && text != null);
  const exponent = catalogue.currencies.get(item.currency ?? "");
  const amount = (minor: unknown) =>
    typeof minor === "number" && exponent !== undefined ? toMajor(minor, exponent) : String(minor);
  return {
    kind: "condition",
    id: newId(),
    field,
    operator,
    value: value === undefined || value === null ? emptyValue(form) : toText(value, isAmount(form) ? amount : String),
    keys: Object.fromEntries(
      keys.map(([name, text]) => [name, isAmountKey(catalogue, field, name) ? amount(text) : String(text)]),
    ),
  };
}

function toText(value: unknown, one: (value: unknown) => string): string | string[] {
  return Array.isArray(value) ? value.map(one) : one(value);
}

export function isSet(item: CriteriaItem): item is CriteriaSet {
  return "criteria" in item;
}
