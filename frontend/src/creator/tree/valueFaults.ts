// What is wrong with a value that somebody has typed, before the server is asked. Nothing typed is ever changed to fit.
import type { ValueForm } from "../../api/client.ts";
import { toMinor } from "../../shared/money.ts";
import { type Catalogue, currencyOf, formOf, isAmount } from "./catalogue.ts";
import type { ConditionNode } from "./tree.ts";

const WHOLE = /^-?\d{1,15}$/;
const DECIMAL = /^-?\d+(\.\d{1,6})?$/;
const DURATION = /^\d{1,6}[a-z]$/;
/** What a number may look like before all of it is typed. */
const BEGUN = /^-?(\d+\.)?$/;

/** The first fault of the values and restrictions of a condition. Nothing while they are missing or have only begun. */
export function valueFault(node: ConditionNode, catalogue: Catalogue): string | undefined {
  const exponent = exponentOf(node, catalogue);
  return textsOf(node, catalogue)
    .filter(([text]) => !BEGUN.test(text))
    .map(([text, form]) => textFault(text, form, exponent))
    .find((fault) => fault !== undefined);
}

/** Whether everything is typed that the condition needs, without a fault. */
export function isComplete(node: ConditionNode, catalogue: Catalogue): boolean {
  if (formOf(catalogue, node) !== "none" && [node.value].flat().length === 0) return false;
  const exponent = exponentOf(node, catalogue);
  return textsOf(node, catalogue).every(([text, form, isNeeded]) => {
    if (text === "") return !isNeeded;
    return textFault(text, form, exponent) === undefined && (!isAmount(form) || exponent !== undefined);
  });
}

/** How many digits the condition's amounts have after the point. Nothing until its currency is chosen. */
export function exponentOf(node: ConditionNode, catalogue: Catalogue): number | undefined {
  return catalogue.currencies.get(currencyOf(node));
}

/** Whether a text is a whole number, as the API takes it. */
export function isWholeNumber(text: string): boolean {
  return WHOLE.test(text);
}

/** Each text of a condition with its form, and whether it must be there. */
function textsOf(node: ConditionNode, catalogue: Catalogue): [text: string, form: ValueForm, isNeeded: boolean][] {
  const form = formOf(catalogue, node);
  const values = form === "none" ? [] : [node.value].flat();
  const keys = catalogue.fields.get(node.field)?.keys ?? [];
  return [
    ...values.map((text): [string, ValueForm, boolean] => [text, form, true]),
    ...keys.map(({ name, value, required }): [string, ValueForm, boolean] => [node.keys[name] ?? "", value, required]),
  ];
}

/** Decimal numbers and amounts are looked at as texts: a number of JavaScript would not keep all digits. */
function textFault(text: string, form: ValueForm, exponent: number | undefined): string | undefined {
  if (form === "number" || form === "numberRange") return WHOLE.test(text) ? undefined : "whole numbers only";
  if (form === "duration") return DURATION.test(text) ? undefined : "whole numbers only";
  if (form === "decimal" || form === "decimalRange") {
    return DECIMAL.test(text) ? undefined : "enter a number such as 2.5";
  }
  // How many digits an amount may have is known with its currency.
  if (!isAmount(form) || exponent === undefined || toMinor(text, exponent) !== undefined) return undefined;
  return `enter an amount such as ${(29).toFixed(exponent)}`;
}
