// What was changed in the list at one click is brought back at one click.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { Toaster } from "../shared/Toaster.tsx";
import { answering, type Call, showPage } from "../testing/page.tsx";
import { listedSegment } from "../testing/segments.ts";
import SegmentMenuItems from "./SegmentMenuItems.tsx";
import { SetActiveDialog } from "./SetActiveDialog.tsx";
import { TagsDialog } from "./TagsDialog.tsx";

afterEach(() => vi.unstubAllGlobals());

const custom = (value: string, tags: string[] = []) =>
  listedSegment(`custom:${value}`, { name: `Segment ${value}`, type: "custom", tags });
const [ONE, TWO] = [custom("1", ["a"]), custom("2")];

function show(Page: () => React.ReactNode, refuses: (call: Call) => boolean = () => false) {
  const calls = answering((call) => {
    if (call.method === "getSegments") return { segments: [ONE, TWO] };
    if (refuses(call)) throw { code: -32007, message: "it is in use", data: { kind: "Conflict" } };
    return { segment: ONE, entered: 0, left: 0, tags: [] };
  });
  const shown = () => (
    <>
      <Page />
      <Toaster />
    </>
  );
  const { user } = showPage(shown, "/", () => ({}), "/");
  const click = async (name: string | RegExp) => user.click(await screen.findByRole("button", { name }));
  const undo = () => click(/^Undo/);
  const setActive = () =>
    calls
      .filter(({ method }) => method === "setSegmentActive")
      .map(({ params }) => `${params.segmentValue} ${params.isActive ? "on" : "off"}`);
  return { calls, user, click, undo, setActive };
}

const archiveBoth = () => <SetActiveDialog segments={[ONE, TWO]} leftOut={0} isActive={false} onClose={() => {}} />;

test("archived segments are activated again, the last one first", async () => {
  const { click, undo, setActive } = show(archiveBoth);
  await click("Archive 2 segments");
  await screen.findByText("2 segments archived");
  await undo();
  await screen.findByText("2 segments activated");
  expect(setActive()).toEqual(["1 off", "2 off", "2 on", "1 on"]);
  expect(screen.queryByRole("button", { name: /^Undo/ })).toBeNull();
});

test("after a refusal, what was archived before it can be undone", async () => {
  const { click, undo, setActive } = show(archiveBoth, ({ params }) => params.segmentValue === "2");
  await click("Archive 2 segments");
  await screen.findByText("Segment 2 was not archived. 1 segment was archived before");
  await undo();
  await screen.findByText("1 segment activated");
  expect(setActive()).toEqual(["1 off", "2 off", "1 on"]);
});

test("one segment is archived and activated again", async () => {
  const { user, undo, setActive } = show(() => <SegmentMenuItems segment={ONE} />);
  await user.click(await screen.findByRole("menuitem", { name: "Archive" }));
  await screen.findByText("Segment 1 is archived");
  await undo();
  await screen.findByText("Segment 1 is active");
  expect(setActive()).toEqual(["1 off", "1 on"]);
});

test("segments get back the tags that they had", async () => {
  const { calls, user, undo } = show(() => <TagsDialog ids={["custom:1", "custom:2"]} onClose={() => {}} />);
  await user.type(await screen.findByLabelText("New tag"), "b{Enter}");
  await screen.findByText("2 segments tagged");
  await undo();
  await screen.findByText("Tags of 2 segments are as before");
  const tags = calls.filter(({ method }) => method === "setSegmentTags").map(({ params }) => params.tags);
  expect(tags).toEqual([["a", "b"], ["b"], ["a"], []]);
});
