// The fields and operators that the server offers. The builder knows no others.
import type { FieldOfCatalogue, GetFieldsResult, OperatorOfField, ValueForm } from "../../api/client.ts";
import { type ConditionNode, newId } from "./tree.ts";

export interface Catalogue {
  fields: Map<string, FieldOfCatalogue>;
  eventNames: GetFieldsResult["eventNames"];
  /** How many digits amounts have after the point, by the code of the currency. */
  currencies: Map<string, number>;
  limits: GetFieldsResult["limits"];
}

export function catalogueOf({ fields, eventNames, currencies, limits }: GetFieldsResult): Catalogue {
  return {
    fields: new Map(fields.map((field) => [field.name, field])),
    eventNames,
    currencies: new Map(currencies.map(({ code, exponent }) => [code, exponent])),
    limits,
  };
}

/** The code that a condition has for its amounts; empty until one is chosen. */
export function currencyOf({ keys: { currency = "" } }: ConditionNode): string {
  return currency;
}

export function isAmount(form: ValueForm): boolean {
  return form === "amount" || form === "amountRange";
}

/** The keys of a condition whose values are amounts. */
export function isAmountKey(catalogue: Catalogue, field: string, key: string): boolean {
  return catalogue.fields.get(field)?.keys.some(({ name, value }) => name === key && isAmount(value)) ?? false;
}

export function operatorOf(catalogue: Catalogue, field: string, operator: string): OperatorOfField | undefined {
  return catalogue.fields.get(field)?.operators.find(({ name }) => name === operator);
}

/** What the operator of a condition is compared with. */
export function formOf(catalogue: Catalogue, { field, operator }: ConditionNode): ValueForm {
  return operatorOf(catalogue, field, operator)?.value ?? "text";
}

/** A condition on a field, with its first operator and nothing to compare with yet. */
export function newCondition(catalogue: Catalogue, field?: string): ConditionNode {
  const name = field ?? catalogue.fields.keys().next().value ?? "";
  const operator = catalogue.fields.get(name)?.operators[0];
  return {
    kind: "condition",
    id: newId(),
    field: name,
    operator: operator?.name ?? "",
    value: emptyValue(operator?.value ?? "text"),
    keys: {},
  };
}

/** Changes the operator and keeps the value if it still fits. */
export function withOperator(catalogue: Catalogue, node: ConditionNode, operator: string): ConditionNode {
  const after = operatorOf(catalogue, node.field, operator);
  const form = after?.value ?? "text";
  return { ...node, operator, value: convertValue(node.value, formOf(catalogue, node), form, after?.options ?? []) };
}

/** Changes the field and keeps the operator if the field has it. */
export function withField(catalogue: Catalogue, node: ConditionNode, field: string): ConditionNode {
  const fresh = newCondition(catalogue, field);
  const kept = operatorOf(catalogue, field, node.operator);
  if (kept === undefined) return { ...fresh, id: node.id };
  const value = convertValue(node.value, formOf(catalogue, node), kept.value, kept.options);
  return { ...fresh, id: node.id, operator: kept.name, value };
}

export function emptyValue(form: ValueForm): string | string[] {
  if (form === "optionList" || form === "segmentList" || form === "textList") return [];
  return RANGES.has(form) ? ["", ""] : "";
}

const RANGES = new Set<ValueForm>(["numberRange", "decimalRange", "amountRange", "dateRange"]);

function convertValue(value: string | string[], from: ValueForm, to: ValueForm, options: string[]): string | string[] {
  const fits = (text: string) => options.length === 0 || options.includes(text);
  if (from === to) return [value].flat().every(fits) ? value : emptyValue(to);
  const first = [value].flat()[0] ?? "";
  if (from === "option" && to === "optionList" && first !== "" && fits(first)) return [first];
  if (from === "optionList" && to === "option" && fits(first)) return first;
  if (isNumeric(from) && isNumeric(to)) {
    const keepsDigits = to === "decimal" || to === "decimalRange" || !first.includes(".");
    const kept = keepsDigits ? first : "";
    return RANGES.has(to) ? [kept, ""] : kept;
  }
  if (isAmount(from) && isAmount(to)) return RANGES.has(to) ? [first, ""] : first;
  if (from === "date" && to === "dateRange") return [first, ""];
  if (from === "dateRange" && to === "date") return first;
  return emptyValue(to);
}

function isNumeric(form: ValueForm): boolean {
  return form === "number" || form === "numberRange" || form === "decimal" || form === "decimalRange";
}
