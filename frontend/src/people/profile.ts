// What is known about a person: all that conditions can ask, as explanations show it.
import { queryOptions } from "@tanstack/react-query";
import type { CriteriaItem, ExplainedPart, FieldOfCatalogue, GetFieldsResult, OperatorOfField } from "../api/client.ts";
import { isMoney } from "../detail/observedText.ts";
import { apiOf } from "../shared/api.ts";

/** Those are at the top of the page, or elsewhere on it. */
const ELSEWHERE = new Set(["email", "firstName", "lastName", "segment"]);

/**
 * One condition for each field, as many in a list as a definition may have. The answer says what the user has, whatever it is
 * compared with.
 */
export function conditionsOf({ fields, currencies, limits }: GetFieldsResult): CriteriaItem[][] {
  const conditions = fields.flatMap((field) => (ELSEWHERE.has(field.name) ? [] : conditionsOn(field, currencies)));
  const lists = Math.ceil(conditions.length / limits.conditions);
  const listAt = (place: number) => conditions.slice(place * limits.conditions, (place + 1) * limits.conditions);
  return Array.from({ length: lists }, (_, place) => listAt(place));
}

/** Of all currencies, those in which the user paid. */
export function isOfUser({ observed }: ExplainedPart): boolean {
  return observed === null || !isMoney(observed) || observed.amountMinor !== 0;
}

function conditionsOn(field: FieldOfCatalogue, currencies: GetFieldsResult["currencies"]): CriteriaItem[] {
  const operator = field.operators.find((operator) => valueFor(operator, field) !== undefined);
  if (operator === undefined) return [];
  const value = valueFor(operator, field);
  const condition = { field: field.name, operator: operator.name, ...(operator.value === "none" ? {} : { value }) };
  const required = field.keys.filter(({ required }) => required).map(({ name }) => name);
  if (required.length === 0) return [condition as CriteriaItem];
  // An event has a name, and there may be thousands.
  if (required.length > 1 || required[0] !== "currency") return [];
  return currencies.map(({ code }) => ({ ...condition, currency: code }) as CriteriaItem);
}

function valueFor({ value, options }: OperatorOfField, { min }: FieldOfCatalogue): unknown {
  switch (value) {
    case "none":
      return null;
    case "option":
      return options[0];
    case "number":
      return min ?? 0;
    case "decimal":
      return String(min ?? 0);
    case "amount":
      return 0;
    case "date":
      return "2000-01-01T00:00:00Z";
    case "text":
      return "a";
    case "textList":
      return ["a"];
    default:
      return undefined;
  }
}

export const profileValuesQuery = (userId: string, catalogue: GetFieldsResult | undefined) =>
  queryOptions({
    queryKey: ["segment", "person", userId, "values", catalogue?.fields.length ?? 0],
    queryFn: async ({ signal, client }) => {
      const explain = async (criteria: CriteriaItem[]) => {
        const params = { userId, combineWith: "OR" as const, criteria };
        return (await apiOf(client).call("adminAudience.explainUser", params, { signal })).explanation?.items ?? [];
      };
      const explained = await Promise.all(catalogue === undefined ? [] : conditionsOf(catalogue).map(explain));
      return explained.flat().filter(isOfUser);
    },
    enabled: catalogue !== undefined,
    staleTime: 0,
  });
