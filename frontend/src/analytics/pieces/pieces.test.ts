import { expect, test } from "vitest";
import { RpcError } from "../../api/client.ts";
import { formatDateTime } from "../../shared/format.ts";
import { faultAt, isAllAt } from "./faults.ts";
import { noteText, noteTexts } from "./notes.ts";
import { differenceText, intervalText, isOfFew, percentText } from "./rates.ts";

test("percentages and intervals are as narrow as they need", () => {
  expect(percentText({ part: 2, of: 3 })).toBe("66.7%");
  expect(percentText({ part: 0, of: 0 })).toBe("—");
  expect(intervalText({ low: 9.45, high: 90.55 })).toBe("9–91%");
  expect(intervalText({ low: 4.43, high: 7.5 })).toBe("4.4–7.5%");
  expect(intervalText({ low: null, high: null })).toBeUndefined();
  expect(differenceText({ points: -1, low: -7.5, high: 5, isClear: false })).toBe("-1 point (-7.5 to +5)");
  expect([29, 30].map((of) => isOfFew({ of }))).toEqual([true, false]);
});

test("a fault belongs to its param and to its parts", () => {
  const faults = [
    { path: "segments[3]", message: "names no segment" },
    { path: "goal.enter", message: "names no segment" },
  ];
  const error = new RpcError("InvalidParams", -32602, "", { faults });
  expect(faultAt(error, "segments")).toBe("Names no segment.");
  expect(faultAt(error, "segment")).toBeUndefined();
  expect(isAllAt(error, ["segments", "goal"])).toBe(true);
  expect(isAllAt(error, ["segments"])).toBe(false);
  expect(isAllAt(null, [])).toBe(false);
});

test("notes are sentences", () => {
  const named = [{ id: "plan:pro", name: "Pro Users" }];
  expect(noteText({ kind: "segmentInactive", segment: "plan:pro" }, named)).toBe(
    "“Pro Users” is turned off: runs don't update it.",
  );
  expect(noteText({ kind: "incompletePeriods", count: 2 }, named)).toBe(
    "2 periods have not ended and are marked “so far”.",
  );
  expect(noteText({ kind: "unbalanced" }, named)).toBe(
    "Those who joined are not split as the holdout says. Do not trust the difference.",
  );
  expect(noteText({ kind: "goalBegins", at: null }, named)).toBe("No one has ever reached this goal.");
});

test("histories that begin together are one note", () => {
  const named = [
    { id: "plan:pro", name: "Pro Users" },
    { id: "plan:free", name: "Free Users" },
  ];
  const begins = (segment: string, at: string) => ({ kind: "historyBegins" as const, segment, at });
  const [first, later] = ["2026-03-01T02:00:00Z", "2026-03-05T02:00:00Z"];
  const notes = [begins("plan:pro", first), begins("custom:1", later), begins("plan:free", first)];
  expect(noteTexts(notes, named)).toEqual([
    `The histories of “Pro Users” and “Free Users” begin on ${formatDateTime(first)}. Before that, no one is known to have been in them.`,
    `The history of custom:1 begins on ${formatDateTime(later)}. Before that, no one is known to have been in it.`,
  ]);
});
