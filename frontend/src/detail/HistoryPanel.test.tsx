// The chart of a segment and its table: size, who joined and left, and when the definition was saved.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { readDetailSearch } from "../app/routes.ts";
import { download } from "../shared/download.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { HistoryPanel } from "./HistoryPanel.tsx";
import { savedVersions } from "./savedVersions.ts";

// Nothing has a width in jsdom.
vi.mock("@mantine/hooks", async (original) => ({
  ...(await original<object>()),
  useElementSize: () => ({ ref: { current: null }, width: 600 }),
}));
vi.mock("../shared/download.ts", () => ({ download: vi.fn() }));
afterEach(() => vi.unstubAllGlobals());

const HISTORY = {
  zone: "Asia/Tokyo",
  days: [
    { date: "2026-03-01", size: 10, entered: 0, left: 0 },
    { date: "2026-03-02", size: 16, entered: 8, left: 2 },
    { date: "2026-03-03", size: 12, entered: 0, left: 4 },
  ],
};
const version = (version: number, createdAt: string) => ({
  version,
  createdAt,
  name: "Streaks",
  description: "",
  author: "token:anna",
  definition: null,
  criteriaInWords: "level is more than 3",
});
const VERSIONS = [version(2, "2026-03-01T16:00:00Z"), version(1, "2026-01-01T00:00:00Z")];

function show(segmentType: "plan" | "custom") {
  const calls = answering(({ method }) => {
    if (method === "getSegmentHistory") return HISTORY;
    if (method === "getSegmentDefinitionHistory") return { versions: VERSIONS };
    if (method === "getSegmentStats")
      return { currentCount: 12, addedCount: 8, removedCount: 6, growthRate: 20, period: "30d" };
    return {};
  });
  const Panel = () => <HistoryPanel segmentKey={{ segmentType, segmentValue: "s1" }} />;
  return { ...showPage(Panel, "/", readDetailSearch, "/"), calls };
}
const heightsOf = (bar: string) =>
  [...document.querySelectorAll(`rect[data-bar=${bar}]`)].map((rect) => Number(rect.getAttribute("height")));

test("below the size, those who joined are bars upward and those who left are bars downward, of one scale", async () => {
  show("plan");
  await screen.findByRole("img", { name: /^Size by day/ });
  const [up, down] = [heightsOf("up").slice(0, 3), heightsOf("down").slice(0, 3)];
  const [most = 0] = up.slice(1);
  expect(most).toBeGreaterThan(0);
  expect(up).toEqual([0, most, 0]);
  expect(down).toEqual([0, most / 4, most / 2]);
  expect(screen.getByText("Joined, upward")).toBeTruthy();
  expect(screen.getByText("Left, downward")).toBeTruthy();
});

test("a mark and a row of the table say when the definition was saved, in the zone of the days", async () => {
  show("custom");
  await screen.findByText("Definition saved");
  expect(document.querySelectorAll("[data-mark]")).toHaveLength(1);
  expect(cellsOf(screen.getByRole("table"))).toEqual([
    ["Day", "Size", "Joined", "Left"],
    ["Mar 3 so far", "12", "0", "4"],
    ["Mar 2Version 2 saved", "16", "8", "2"],
    ["Mar 1", "10", "0", "0"],
  ]);
});

test("today is hatched, down to the foot of the bars", async () => {
  show("plan");
  await screen.findByRole("img", { name: /^Size by day/ });
  const hatched = document.querySelectorAll("rect[data-look=hatched]");
  expect(hatched).toHaveLength(1);
  const numberOf = (name: string) => Number(hatched[0]?.getAttribute(name));
  const bars = [...document.querySelectorAll("[role=img] rect[data-bar=down]")];
  const foot = Math.max(...bars.map((bar) => Number(bar.getAttribute("y")) + Number(bar.getAttribute("height"))));
  expect(numberOf("x") + numberOf("width")).toBe(592);
  expect(numberOf("y") + numberOf("height")).toBeGreaterThanOrEqual(foot);
});

test("the numbers of the table can be exported", async () => {
  const { user } = show("custom");
  await screen.findByText("Definition saved");
  await user.click(screen.getByRole("button", { name: "Export members by day" }));
  expect(download).toHaveBeenCalledWith(
    "Day,Complete,Size,Joined,Left,Definition\r\n" +
      "2026-03-03,false,12,0,4,\r\n2026-03-02,true,16,8,2,Version 2 saved\r\n2026-03-01,true,10,0,0,\r\n",
    "custom-s1-members-by-day-2026-03-03.csv",
  );
});

test("a built-in segment has no versions to ask for", async () => {
  const { calls } = show("plan");
  await screen.findByRole("img", { name: /^Size by day/ });
  expect(calls.map(({ method }) => method)).not.toContain("getSegmentDefinitionHistory");
  expect(screen.queryByText("Definition saved")).toBeNull();
});

test("versions of other days are left out", () => {
  expect(savedVersions(VERSIONS, HISTORY)).toEqual([{ date: "2026-03-02", text: "Version 2 saved" }]);
});
