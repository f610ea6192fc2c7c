// Tags of several segments at once, and a star.
import { screen } from "@testing-library/react";
import fc from "fast-check";
import { afterEach, expect, test, vi } from "vitest";
import type { ListedSegment } from "../api/client.ts";
import { answering, showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { TagsDialog } from "./TagsDialog.tsx";
import { type Share, shareOf, withTags } from "./tags.ts";

afterEach(() => vi.unstubAllGlobals());

const tagged = (place: number, ...tags: string[]) => ({ ...SEGMENTS[place], tags }) as ListedSegment;
const [FREE, PRO] = [tagged(0, "a", "b"), tagged(1, "b")];

test("a tag is had by all, some or none, and what is not touched stays", () => {
  expect(["a", "b", "c"].map((tag) => shareOf(tag, [FREE, PRO]))).toEqual(["some", "all", "none"]);
  const become = (...shares: [string, Share][]) =>
    withTags([FREE, PRO], new Map(shares)).map(({ segment, tags }) => `${segment.id}: ${tags.join(" ")}`);
  expect(become(["c", "all"])).toEqual(["plan:free: a b c", "plan:pro: b c"]);
  expect(become(["a", "all"])).toEqual(["plan:pro: b a"]);
  expect(become(["b", "none"])).toEqual(["plan:free: a", "plan:pro: "]);
  expect(become(["a", "some"])).toEqual([]);
});

test("after tagging, every tag is had as it was chosen", () => {
  const tag = fc.constantFrom("a", "b", "c", "d");
  const shares = fc.dictionary(tag, fc.constantFrom<Share>("all", "none"));
  const given = fc.array(fc.uniqueArray(tag), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(given, shares, (all, chosen) => {
      const segments = all.map((tags, id) => ({ ...PRO, id: `custom:${id}`, tags }));
      const changed = new Map(
        withTags(segments, new Map(Object.entries(chosen))).map((each) => [each.segment.id, each]),
      );
      const after = segments.map((segment) => ({ ...segment, tags: changed.get(segment.id)?.tags ?? segment.tags }));
      for (const [tag, share] of Object.entries(chosen)) expect(shareOf(tag, after)).toBe(share);
    }),
  );
});

test("what is typed and what is checked is saved, only where it changes something", async () => {
  const calls = answering(({ method }) => (method === "getSegments" ? { segments: [FREE, PRO] } : { tags: [] }));
  const onClose = vi.fn();
  const { user } = showPage(
    () => <TagsDialog ids={["plan:free", "plan:pro"]} onClose={onClose} />,
    "/",
    () => ({}),
    "/",
  );
  await screen.findByRole("dialog", { name: "Tags of 2 segments" });
  expect((await screen.findByLabelText<HTMLInputElement>("a")).indeterminate).toBe(true);
  await user.click(screen.getByLabelText("a"));
  await user.type(screen.getByLabelText("New tag"), " autumn{Enter}");
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(calls.filter(({ method }) => method === "setSegmentTags").map(({ params }) => params)).toEqual([
    { segmentType: "plan", segmentValue: "free", tags: ["a", "b", "autumn"] },
    { segmentType: "plan", segmentValue: "pro", tags: ["b", "a", "autumn"] },
  ]);
});
