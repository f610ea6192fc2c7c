import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ListedSegment } from "../api/client.ts";
import { showPage } from "../testing/page.tsx";
import { listedSegment } from "../testing/segments.ts";
import { SegmentCard } from "./SegmentCard.tsx";

const MADE = { type: "custom", createdBy: "token:anna", version: 1, editedBy: "token:anna" } as const;

async function show(id: string, given: Partial<ListedSegment>) {
  const segment = listedSegment(id, { criteriaInWords: "plan is PRO", ...given });
  const rest = { sizes: undefined, change30: 0, sync: undefined, lastRunAt: undefined };
  showPage(
    () => <SegmentCard segment={segment} {...rest} />,
    "/",
    () => ({}),
    "/",
  );
  return screen.findByRole("article");
}

test("a card says who created the segment", async () => {
  const card = await show("custom:1", MADE);
  expect(card.textContent).toContain("Created by anna");
  expect(card.textContent).not.toContain("edited");
});

test("a card says who edited the segment last", async () => {
  const card = await show("custom:1", { ...MADE, version: 2, editedBy: "token:ben" });
  expect(card.textContent).toContain("Created by anna · edited by ben");
});

test("nobody created a segment that is built in", async () => {
  expect((await show("plan:pro", { type: "system" })).textContent).not.toContain("Created");
});
