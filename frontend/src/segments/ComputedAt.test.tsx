import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { showPage } from "../testing/page.tsx";
import { listedSegment } from "../testing/segments.ts";
import { ComputedAt, LastChange } from "./ComputedAt.tsx";

test.each([
  ["2026-03-01T11:50:00Z", "Not computed yet"],
  ["2026-03-01T12:10:00Z", /^Computed/],
])("a segment made at noon that nobody matches, after a run at %s", async (lastRunAt, text) => {
  const segment = listedSegment("custom:1", { createdAt: "2026-03-01T12:00:00Z" });
  const Page = () => (
    <>
      <p>
        <ComputedAt segment={segment} lastRunAt={lastRunAt} />
      </p>
      <p>
        <LastChange countedAt={segment.countedAt} />
      </p>
    </>
  );
  showPage(Page, "/", () => ({}), "/");
  await screen.findByText("No changes yet");
  expect(screen.getByText(text)).toBeDefined();
});
