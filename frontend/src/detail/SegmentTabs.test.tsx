import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { readSegmentSearch, SEGMENT_TABS } from "../app/routes.ts";
import { showPage } from "../testing/page.tsx";
import { SegmentTabs } from "./SegmentTabs.tsx";

test("the open tab is scrolled into view: on a phone, not all fit", async () => {
  const scroll = vi.spyOn(HTMLElement.prototype, "scrollIntoView");
  const Page = () => <SegmentTabs type="plan" value="pro" tab="activity" />;
  showPage(Page, "/segments/$type/$value/$tab", readSegmentSearch, "/segments/plan/pro/activity");
  const open = await screen.findByRole("link", { name: "Activity" });
  expect(open.getAttribute("aria-current")).toBe("page");
  expect(scroll.mock.instances).toEqual([open]);
  expect(screen.getAllByRole("link")).toHaveLength(Object.keys(SEGMENT_TABS).length);
});
