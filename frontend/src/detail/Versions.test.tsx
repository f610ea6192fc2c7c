// An earlier version is restored after a question that says who joins and leaves.
import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { GetSegmentResult } from "../api/client.ts";
import { answering, showPage } from "../testing/page.tsx";
import { listedSegment } from "../testing/segments.ts";
import { VersionsDialog } from "./VersionsDialog.tsx";

afterEach(() => vi.unstubAllGlobals());

const EARLIER = { combineWith: "AND", criteria: [{ field: "level", operator: ">", value: 2 }] };
const version = (version: number, words: string) => ({
  version,
  name: "Streaks",
  description: "",
  author: "token:anna",
  createdAt: "2026-01-01T00:00:00Z",
  definition: EARLIER,
  criteriaInWords: words,
});
const group = (count: number) => ({ count, sampleUsers: [] });

async function ask(answer: (method: string) => unknown = () => ({ entered: 1, left: 2 })) {
  const onClose = vi.fn();
  const calls = answering(({ method }) => {
    if (method === "getSegmentDefinitionHistory")
      return { versions: [version(2, "level is more than 4"), version(1, "level is more than 2")] };
    if (method === "previewSegmentChange")
      return {
        enter: group(1),
        leave: group(1_200),
        stay: group(7),
        isActive: true,
        isEstimate: false,
        dependants: [{ id: "custom:9", name: "Built on it", enter: 0, leave: 3 }],
      };
    return answer(method);
  });
  const segment = listedSegment("custom:1", { type: "custom", name: "Streaks" }) as unknown as GetSegmentResult;
  const { user } = showPage(
    () => <VersionsDialog segment={segment} onClose={onClose} />,
    "/",
    () => ({}),
    "/",
  );
  await user.click(await screen.findByRole("button", { name: "Restore version 1…" }));
  const question = await screen.findByRole("dialog", { name: "Restore version 1?" });
  const sent = (method: string) => calls.filter((call) => call.method === method).map(({ params }) => params);
  return { user, question, onClose, sent };
}

test("it says the version and the numbers first, then restores", async () => {
  const { user, question, onClose, sent } = await ask();
  await within(question).findByText("1 joins, 1,200 leave");
  expect(question.textContent).toContain("Level is more than 2.");
  expect(question.textContent).toContain("7 users stay.");
  expect(question.textContent).toContain("Built on it: 0 join, 3 leave.");
  expect(sent("previewSegmentChange")).toEqual([{ ...EARLIER, not: false, segmentValue: "1", sampleSize: 0 }]);
  expect(sent("rollBackCustomSegment")).toEqual([]);
  await user.click(within(question).getByRole("button", { name: "Restore" }));
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(sent("rollBackCustomSegment")).toEqual([{ segmentValue: "1", toVersion: 1, version: 2 }]);
});

test("Escape closes the question and leaves the versions open", async () => {
  const { user, onClose, sent } = await ask();
  await user.keyboard("{Escape}");
  await vi.waitFor(() => expect(screen.queryByRole("dialog", { name: "Restore version 1?" })).toBeNull());
  expect(onClose).not.toHaveBeenCalled();
  expect(sent("rollBackCustomSegment")).toEqual([]);
  await user.keyboard("{Escape}");
  expect(onClose).toHaveBeenCalledOnce();
});
