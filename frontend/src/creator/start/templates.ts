// Definitions to begin with.
import type { CriteriaCondition, CriteriaItem, CriteriaSet } from "../../api/client.ts";
import { type Catalogue, operatorOf } from "../tree/catalogue.ts";
import { isSet } from "../tree/fromCriteria.ts";

export interface Template {
  name: string;
  description: string;
  definition: CriteriaSet;
}

const all = (...criteria: CriteriaItem[]): CriteriaSet => ({ combineWith: "AND", criteria });

const TEMPLATES: Template[] = [
  {
    name: "New this week",
    description: "Signed up in the last 7 days",
    definition: all({ field: "createdAt", operator: "within_last", value: "7d" }),
  },
  {
    name: "Never active",
    description: "Signed up more than 7 days ago and never came back",
    definition: all(
      { field: "createdAt", operator: "not_within_last", value: "7d" },
      { field: "lastActivityAt", operator: "is_not_set" },
    ),
  },
  {
    name: "Slipping away",
    description: "Active in the last 30 days, but not in the last 7",
    definition: all(
      { field: "lastActivityAt", operator: "within_last", value: "30d" },
      { field: "lastActivityAt", operator: "not_within_last", value: "7d" },
    ),
  },
  {
    name: "Paying, on a streak",
    description: "Members of a paid plan with a streak of a week or more",
    definition: all(
      { field: "plan", operator: "in", value: ["PRO", "PREMIUM"] },
      { field: "currentStreak", operator: ">=", value: 7 },
    ),
  },
  {
    name: "Free, but busy",
    description: "On the free plan, with at least 10 quizzes in 30 days",
    definition: all(
      { field: "plan", operator: "equals", value: "FREE" },
      { field: "quizAttempts", operator: ">=", value: 10, within: "30d" },
    ),
  },
  {
    name: "Just beginning",
    description: "Completed one to three quizzes so far",
    definition: all({ field: "quizCount", operator: "between", value: [1, 3] }),
  },
  {
    name: "First purchase",
    description: "Bought for the first time in the last 30 days",
    definition: all({ field: "firstPurchaseAt", operator: "within_last", value: "30d" }),
  },
  {
    name: "Repeat buyers",
    description: "Bought at least twice",
    definition: all({ field: "purchaseCount", operator: ">=", value: 2 }),
  },
  {
    name: "Buyers who stopped",
    description: "Bought before, but not in the last 90 days",
    definition: all({ field: "lastPurchaseAt", operator: "not_within_last", value: "90d" }),
  },
  {
    name: "One in ten",
    description: "A random tenth of everyone, for a test",
    definition: all({ field: "randomBucket", operator: "between", value: [0, 9] }),
  },
];

/** The templates whose fields, operators and options the server has. */
export function templatesOf(catalogue: Catalogue): Template[] {
  return TEMPLATES.filter(({ definition }) => definition.criteria.every((item) => isKnown(item, catalogue)));
}

function isKnown(item: CriteriaItem, catalogue: Catalogue): boolean {
  if (isSet(item)) return item.criteria.every((inner) => isKnown(inner, catalogue));
  const operator = operatorOf(catalogue, item.field, item.operator);
  return operator !== undefined && valuesOf(item).every((value) => isOption(operator.options, value));
}

const valuesOf = ({ value }: CriteriaCondition): unknown[] => [value ?? []].flat();

const isOption = (options: string[], value: unknown) => options.length === 0 || options.includes(String(value));
