// From the tree to the criteria of the API.
import type { CombineWith, CriteriaCondition, CriteriaItem } from "../../api/client.ts";
import { toMinor } from "../../shared/money.ts";
import { type Catalogue, formOf, isAmount, isAmountKey } from "./catalogue.ts";
import { type ConditionNode, conditionsOf, type Node, type SetNode } from "./tree.ts";
import { exponentOf, isComplete, isWholeNumber } from "./valueFaults.ts";

export interface Compiled {
  combineWith: CombineWith;
  criteria: CriteriaItem[];
  /** Whether the whole is negated. */
  not: boolean;
  /** The path of each node as the server writes it: `criteria[1].criteria[0]`. */
  paths: Map<string, string>;
}

/** The whole tree, complete or not: the server reports what is missing. */
export function toCriteria(root: SetNode, catalogue: Catalogue): Compiled {
  return compile(root, catalogue, () => true);
}

/** Only complete conditions, for the preview while the user types. */
export function completeCriteria(root: SetNode, catalogue: Catalogue): Compiled {
  return compile(root, catalogue, (node) => conditionsOf(node).some((condition) => isComplete(condition, catalogue)));
}

function compile(root: SetNode, catalogue: Catalogue, isWanted: (node: Node) => boolean): Compiled {
  const paths = new Map<string, string>([[root.id, ""]]);
  const items = (set: SetNode, above: string): CriteriaItem[] =>
    set.items.filter(isWanted).map((node, place) => {
      const path = `${above}criteria[${place}]`;
      paths.set(node.id, path);
      if (node.kind === "condition") return condition(node, catalogue);
      const criteria = items(node, `${path}.`);
      return { combineWith: node.combineWith, criteria, ...(node.not ? { not: true } : {}) };
    });
  return { combineWith: root.combineWith, criteria: items(root, ""), not: root.not, paths };
}

function condition(node: ConditionNode, catalogue: Catalogue): CriteriaCondition {
  const form = formOf(catalogue, node);
  const exponent = exponentOf(node, catalogue);
  const amount = (text: string) => (exponent === undefined ? undefined : toMinor(text, exponent)) ?? text;
  const given = Object.entries(node.keys)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => [name, isAmountKey(catalogue, node.field, name) ? amount(text) : text]);
  const isNumber = form === "number" || form === "numberRange";
  const plain = (text: string) => (isNumber && isWholeNumber(text) ? Number(text) : text);
  const one = isAmount(form) ? amount : plain;
  const value = Array.isArray(node.value) ? node.value.map(one) : one(node.value);
  const { field, operator } = node as { field: CriteriaCondition["field"]; operator: CriteriaCondition["operator"] };
  return { field, operator, ...(form === "none" ? {} : { value }), ...Object.fromEntries(given) };
}
