import fc from "fast-check";
import { expect, test } from "vitest";
import { GROUPS } from "../app/routes.ts";
import { idOf, keyIn, keyOf } from "./segmentKey.ts";

test.each(["", "plan", ":pro", "color:red", "user 42"])("%s is no id of a segment", (text) => {
  expect(keyOf(text)).toBeUndefined();
});

test("each id has its key, and each key its id", () => {
  fc.assert(
    fc.property(fc.constantFrom(...GROUPS), fc.string({ minLength: 1 }), (segmentType, segmentValue) => {
      expect(keyOf(idOf({ segmentType, segmentValue }))).toEqual({ segmentType, segmentValue });
    }),
  );
});

test("a key has nothing but what the API takes", () => {
  const segment = { segmentType: "plan", segmentValue: "pro", name: "Pro Users" } as const;
  expect(keyIn(segment)).toEqual({ segmentType: "plan", segmentValue: "pro" });
});
