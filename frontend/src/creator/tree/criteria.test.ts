import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { CriteriaItem, CriteriaSet, FieldOfCatalogue, KeyOfField } from "../../api/client.ts";
import { FIELDS } from "../../testing/fields.ts";
import { catalogueOf } from "./catalogue.ts";
import { fromCriteria, fromDefinition } from "./fromCriteria.ts";
import { completeCriteria, toCriteria } from "./toCriteria.ts";
import { newSet } from "./tree.ts";
import { isComplete } from "./valueFaults.ts";

const catalogue = catalogueOf(FIELDS);

const VALUES = {
  none: fc.constant(undefined),
  option: fc.constantFrom("FREE", "PRO", "PREMIUM"),
  optionList: fc.uniqueArray(fc.constantFrom("FREE", "PRO", "PREMIUM"), { minLength: 1 }),
  number: fc.integer({ min: -999_999_999, max: 999_999_999 }),
  numberRange: fc.tuple(fc.integer(), fc.integer()),
  text: fc.oneof(
    fc.string({ minLength: 1, unit: "grapheme" }),
    fc.constantFrom("7", "-1", "null", "a,b", "<b>", "أحمد"),
  ),
  date: fc.constantFrom("2026-01-31", "2026-01-31T09:30:00Z"),
  dateRange: fc.constant(["2026-01-01", "2026-02-01"]),
  duration: fc.tuple(fc.nat({ max: 99 }), fc.constantFrom("m", "h", "d")).map(([count, unit]) => `${count}${unit}`),
  period: fc.constantFrom("today", "this_week"),
  decimal: fc.constantFrom("12.5", "-0.000001", "7"),
  decimalRange: fc.constant(["-1", "12.5"]),
  amount: fc.integer(),
  amountRange: fc.tuple(fc.integer(), fc.integer()),
  eventName: fc.constantFrom("login", "order.paid"),
  textList: fc.uniqueArray(fc.constantFrom("vip", "two words"), { minLength: 1 }),
  segmentList: fc.uniqueArray(fc.constantFrom("plan:free", "custom:a"), { minLength: 1 }),
};

const condition = fc.constantFrom(...FIELDS.fields).chain((field) =>
  fc.constantFrom(...field.operators).chain((operator) =>
    fc.record({ value: VALUES[operator.value], keys: keysOf(field) }).map(
      ({ value, keys }) =>
        ({
          field: field.name,
          operator: operator.name,
          ...(value === undefined ? {} : { value }),
          ...keys,
        }) as CriteriaItem,
    ),
  ),
);

/** All keys, or those that a condition must have. */
function keysOf({ keys }: FieldOfCatalogue) {
  const value = ({ value: form, options }: KeyOfField) =>
    options.length > 0 ? fc.constantFrom(...options) : VALUES[form];
  const some = (chosen: KeyOfField[]) => fc.record(Object.fromEntries(chosen.map((key) => [key.name, value(key)])));
  return fc.oneof(some(keys), some(keys.filter(({ required }) => required)));
}

const { set } = fc.letrec<{ set: CriteriaSet; item: CriteriaItem }>((tie) => ({
  item: fc.oneof({ maxDepth: 4, withCrossShrink: true }, condition, tie("set")),
  set: fc.record({
    combineWith: fc.constantFrom("AND" as const, "OR" as const),
    criteria: fc.array(tie("item"), { minLength: 1, maxLength: 4 }),
    not: fc.boolean(),
  }),
}));

/** What the server writes: `not` only where it is true. */
function asWritten(item: CriteriaItem): CriteriaItem {
  if (!("criteria" in item)) return item;
  const { combineWith, criteria, not } = item;
  return { combineWith, criteria: criteria.map(asWritten), ...(not === true ? { not } : {}) };
}

describe("criteria and the tree", () => {
  test("criteria come back from the tree as they were", () => {
    fc.assert(
      fc.property(set, ({ combineWith, criteria: drawn, not }) => {
        const criteria = drawn.map(asWritten);
        const { paths, ...back } = toCriteria(fromCriteria({ combineWith, criteria, not }, catalogue), catalogue);
        expect(back).toEqual({ combineWith, criteria, not });
        expect(paths.size).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test("a stored definition that is negated as a whole stays so", () => {
    const definition = { combineWith: "OR", not: true, criteria: [{ field: "level", operator: ">", value: 3 }] };
    const { paths, ...back } = toCriteria(fromDefinition(definition, catalogue), catalogue);
    expect(back).toEqual(definition);
    expect([...paths.values()]).toEqual(["", "criteria[0]"]);
  });

  test("every node has the path by which the server names it", () => {
    fc.assert(
      fc.property(set, (definition) => {
        const root = fromCriteria(definition, catalogue);
        const compiled = toCriteria(root, catalogue);
        for (const [id, path] of compiled.paths) {
          const item = at(compiled, path);
          expect(item, `${id} at ${path}`).toBeDefined();
        }
        expect(new Set(compiled.paths.values()).size).toBe(compiled.paths.size);
      }),
    );
  });

  test("what is not finished is left out of the count, and the paths are those of what is left", () => {
    const criteria = [
      { field: "plan", operator: "equals" },
      { combineWith: "OR", criteria: [{ field: "firstName", operator: "contains" }] },
      { field: "level", operator: ">", value: 3 },
    ] as CriteriaItem[];
    const root = fromCriteria({ combineWith: "AND", criteria }, catalogue);
    const { criteria: finished, paths } = completeCriteria(root, catalogue);
    expect(finished).toEqual([{ field: "level", operator: ">", value: 3 }]);
    expect([...paths.values()]).toEqual(["", "criteria[0]"]);
    expect(toCriteria(root, catalogue).criteria).toHaveLength(3);
  });
});

describe("amounts", () => {
  const spent = (keys: Record<string, string>, value: string | string[]) => {
    const node = { kind: "condition" as const, id: "n", field: "totalSpent", operator: ">", value, keys };
    return [isComplete(node, catalogue), toCriteria(newSet([node]), catalogue).criteria[0]];
  };

  test("they are typed in the units of their currency, and sent in minor ones", () => {
    const sent = (currency: string, value: number) => [true, { field: "totalSpent", operator: ">", value, currency }];
    expect(spent({ currency: "EUR" }, "29")).toEqual(sent("EUR", 2900));
    expect(spent({ currency: "JPY" }, "2900")).toEqual(sent("JPY", 2900));
    expect(spent({ currency: "KWD" }, "-1.5")).toEqual(sent("KWD", -1500));
  });

  test("they are not finished without a currency, or with too many digits", () => {
    expect(spent({}, "29")[0]).toBe(false);
    expect(spent({ currency: "JPY" }, "29.5")[0]).toBe(false);
    expect(spent({ currency: "EUR" }, "")[0]).toBe(false);
    const purchases = (keys: Record<string, string>) =>
      isComplete({ kind: "condition", id: "n", field: "purchases", operator: ">=", value: "1", keys }, catalogue);
    expect([purchases({}), purchases({ minAmount: "5" }), purchases({ minAmount: "5", currency: "EUR" })]).toEqual([
      true,
      false,
      true,
    ]);
  });
});

function at(root: object, path: string): unknown {
  const steps = path.split(/[.[\]]+/).filter(Boolean);
  return steps.reduce<unknown>((value, step) => (value as Record<string, unknown> | undefined)?.[step], root);
}
