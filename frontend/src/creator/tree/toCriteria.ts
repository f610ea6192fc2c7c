// From the tree to the criteria of the API.
import type { CombineWith, CriteriaCondition, CriteriaItem, ValueForm } from "../../api/client.ts";
import { toMinor } from "../../shared/money.ts";
import { type Catalogue, currencyOf, formOf, isAmount, isAmountKey } from "./catalogue.ts";
import { type ConditionNode, conditionsOf, type Node, type SetNode } from "./tree.ts";

const WHOLE = /^-?\d{1,15}$/;
const DECIMAL = /^-?\d+(\.\d{1,6})?$/;

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

export function isComplete(node: ConditionNode, catalogue: Catalogue): boolean {
  const form = formOf(catalogue, node);
  if (!hasCompleteKeys(node, catalogue)) return false;
  if (form === "none") return true;
  const values = [node.value].flat();
  const isFinished = (text: string) =>
    isAmount(form) ? minorOf(text, node, catalogue) !== undefined : isWhole(text, form);
  return values.length > 0 && values.every(isFinished);
}

function hasCompleteKeys(node: ConditionNode, catalogue: Catalogue): boolean {
  return (catalogue.fields.get(node.field)?.keys ?? []).every(({ name, value: form, required }) => {
    const text = node.keys[name] ?? "";
    if (text === "") return !required;
    return !isAmount(form) || minorOf(text, node, catalogue) !== undefined;
  });
}

/** In the currency of the condition. */
function minorOf(text: string, node: ConditionNode, catalogue: Catalogue): number | undefined {
  const exponent = catalogue.currencies.get(currencyOf(node));
  return exponent === undefined ? undefined : toMinor(text, exponent);
}

/** Whether somebody has typed all of it. Decimal numbers stay texts: a number of JavaScript would not keep all digits. */
function isWhole(text: string, form: ValueForm): boolean {
  if (form === "number") return WHOLE.test(text);
  return form === "decimal" || form === "decimalRange" ? DECIMAL.test(text) : text !== "";
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
  const amount = (text: string) => minorOf(text, node, catalogue) ?? text;
  const given = Object.entries(node.keys)
    .filter(([, text]) => text !== "")
    .map(([name, text]) => [name, isAmountKey(catalogue, node.field, name) ? amount(text) : text]);
  const isNumber = form === "number" || form === "numberRange";
  const plain = (text: string) => (isNumber && WHOLE.test(text) ? Number(text) : text);
  const one = isAmount(form) ? amount : plain;
  const value = Array.isArray(node.value) ? node.value.map(one) : one(node.value);
  const { field, operator } = node as { field: CriteriaCondition["field"]; operator: CriteriaCondition["operator"] };
  return { field, operator, ...(form === "none" ? {} : { value }), ...Object.fromEntries(given) };
}
