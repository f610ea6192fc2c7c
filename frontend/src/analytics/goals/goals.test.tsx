// Saved goals, in the form of a report.
import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Goal, GoalText } from "../../api/client.ts";
import { readCohortsSearch, readConversionSearch } from "../../app/routes.ts";
import { FIELDS } from "../../testing/fields.ts";
import { answering, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { CohortsPage } from "../cohorts/CohortsPage.tsx";
import { ConversionPage } from "../conversion/ConversionPage.tsx";
import { goalDraftOf, goalParams } from "../pieces/goals.ts";

afterEach(() => vi.unstubAllGlobals());

const LESSON: Goal = {
  id: "g1",
  name: "A lesson",
  goal: { event: "lesson" },
  within: "7d",
  changedAt: "2026-03-10T12:00:00Z",
  changedBy: "token:anna",
};

function answers() {
  const goals = [LESSON];
  const calls = answering(({ method, params }) => {
    switch (method) {
      case "getSegments":
        return { segments: SEGMENTS };
      case "getFields":
        return FIELDS;
      case "getGoals":
        return { goals };
      case "saveGoal": {
        const goal = { ...LESSON, ...params, id: "g2" };
        goals.push(goal);
        return { success: true, goal };
      }
      case "deleteGoal":
        goals.pop();
        return { success: true };
      default:
        return new Promise(() => undefined);
    }
  });
  return (wanted: string) => calls.filter(({ method }) => method === wanted).map(({ params }) => params);
}
const showConversion = () => {
  const sent = answers();
  const address = "/analytics/conversion?segment=plan:pro";
  return { ...showPage(ConversionPage, "/analytics/conversion", readConversionSearch, address), sent };
};

test.each<GoalText>([
  { purchase: {} },
  { event: "lesson" },
  { quiz: {} },
  { quiz: { provider: "aws" } },
  { enter: "plan:pro" },
])("the form has every goal: %j", (goal) => {
  expect(goalParams(goalDraftOf(goal))).toEqual({ goal });
});

test("a saved goal is chosen with its time, and asked for by its id", async () => {
  const { user, sent, search } = showConversion();
  await screen.findByRole("option", { name: "A lesson" });
  await user.selectOptions(screen.getByLabelText("Goal"), "A lesson");
  expect(screen.getByLabelText<HTMLSelectElement>("Within").value).toBe("7d");
  await user.click(screen.getByText("Count"));
  await vi.waitFor(() => expect(sent("getSegmentConversion").at(-1)).toMatchObject({ goalId: "g1", within: "7d" }));
  expect(sent("getSegmentConversion").at(-1)).not.toHaveProperty("goal");
  expect(search().get("goal")).toBe("g1");
});

test("the present goal is saved under a name, and chosen", async () => {
  const { user, sent } = showConversion();
  await screen.findByRole("option", { name: "A lesson" });
  await user.selectOptions(screen.getByLabelText("Goal"), "A completed quiz");
  await user.click(screen.getByText("Save goal…"));
  const dialog = await screen.findByRole("dialog", { name: "Save goal" });
  await user.click(within(dialog).getByText("Save"));
  await within(dialog).findByText("Enter a name.");
  await user.type(within(dialog).getByLabelText("Name"), "Any quiz{Enter}");
  await vi.waitFor(() => expect(sent("saveGoal")).toEqual([{ name: "Any quiz", goal: { quiz: {} }, within: "14d" }]));
  await vi.waitFor(() => expect(screen.getByLabelText<HTMLSelectElement>("Goal").value).toBe("g2"));
  expect(sent("getSegmentConversion"), "saving counts nothing").toHaveLength(1);
});

test("a saved goal is deleted, and stays in the form as what it was", async () => {
  const { user, sent } = showConversion();
  await screen.findByRole("option", { name: "A lesson" });
  await user.selectOptions(screen.getByLabelText("Goal"), "A lesson");
  await user.click(screen.getByText("Delete goal…"));
  const dialog = await screen.findByRole("dialog", { name: "Delete A lesson?" });
  await user.click(within(dialog).getByText("Delete goal"));
  await vi.waitFor(() => expect(sent("deleteGoal")).toEqual([{ id: "g1" }]));
  await vi.waitFor(() => expect(screen.getByLabelText<HTMLSelectElement>("Goal").value).toBe("event"));
  expect(screen.getByLabelText<HTMLInputElement>("Event name").value).toBe("lesson");
});

test("cohorts are measured by a goal, too", async () => {
  const sent = answers();
  const { user, search } = showPage(CohortsPage, "/analytics/cohorts", readCohortsSearch, "/analytics/cohorts");
  await user.selectOptions(await screen.findByLabelText("Then"), "Reaching a goal");
  await screen.findByRole("option", { name: "A lesson" });
  await user.selectOptions(screen.getByLabelText("Goal"), "A lesson");
  await user.click(screen.getByText("Count"));
  await vi.waitFor(() => expect(sent("getCohorts").at(-1)).toMatchObject({ measure: "goal", goalId: "g1" }));
  expect([...search().keys()]).not.toContain("event");
});
