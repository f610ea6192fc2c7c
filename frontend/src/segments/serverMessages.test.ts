import { expect, test } from "vitest";
import type { Segment } from "../api/client.ts";
import { isHeldBack, toSentence, withSegmentNames } from "./serverMessages.ts";

const segments = [
  { id: "plan:pro", name: "Pro Users" },
  { id: "custom:7f-1", name: "Ünïcode <b>" },
] as Segment[];

test.each([
  ["in segment plan:pro", "In segment “Pro Users”"],
  ["segment custom:7f-1: its definition cannot be used", "Segment “Ünïcode <b>”: its definition cannot be used"],
  ["in segment custom:gone", "In segment custom:gone"],
  ["last plan: free", "Last plan: free"],
  ["", ""],
])("%s is read as %s", (sentence, read) => {
  expect(toSentence(sentence, segments)).toBe(read);
});

test("in the middle of a sentence the first letter stays", () => {
  expect(withSegmentNames("in segment plan:pro", segments)).toBe("in segment “Pro Users”");
});

test.each([
  ["100 of 150 members would leave: nobody does, unless the run allows it to shrink", true],
  ["its definition cannot be used", false],
  [null, false],
])("%s is a stop: %s", (failure, expected) => {
  expect(isHeldBack(failure)).toBe(expected);
});
