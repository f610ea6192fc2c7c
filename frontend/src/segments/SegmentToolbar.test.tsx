// The filters of the list, which the address has.
import { screen, within } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import type { ListedSegment } from "../api/client.ts";
import { type ListSearch, readListSearch } from "../app/routes.ts";
import { showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { SegmentToolbar } from "./SegmentToolbar.tsx";

// The list's own route is not there; the one that is has the same search.
vi.mock("./table/useListSearch.ts", async () => {
  const { useNavigate, useSearch } = await import("@tanstack/react-router");
  return {
    useListSearch() {
      const search: ListSearch = useSearch({ strict: false });
      const navigate = useNavigate();
      return {
        search,
        change: (next: ListSearch) => void navigate({ to: ".", search: (before) => ({ ...before, ...next }) }),
        replace: (search: ListSearch) => void navigate({ to: ".", search }),
      };
    },
  };
});

function show(changed: Partial<ListedSegment>[], address = "/") {
  const segments = changed.map(
    (change, place) =>
      ({ tags: [], createdBy: null, ...SEGMENTS[place % SEGMENTS.length], ...change }) as ListedSegment,
  );
  return showPage(() => <SegmentToolbar found={1} segments={segments} />, "/", readListSearch, address);
}
const chipsOf = (label: string) =>
  within(screen.getByRole("group", { name: label }))
    .getAllByRole("button")
    .map((chip) => `${chip.textContent} ${chip.getAttribute("aria-pressed")}`);

test("each tag and each creator has a chip, and the address keeps what is chosen", async () => {
  const { user, search } = show([{ tags: ["spring", "autumn"] }, { tags: ["autumn"], createdBy: "token:anna" }]);
  await screen.findByRole("group", { name: "Tag" });
  expect(chipsOf("Tag")).toEqual(["autumn false", "spring false"]);
  await user.click(screen.getByRole("button", { name: "autumn" }));
  await user.click(screen.getByRole("button", { name: "anna" }));
  expect(Object.fromEntries(search())).toEqual({ tag: "autumn", creator: "token:anna" });
  expect(chipsOf("Tag")).toEqual(["autumn true", "spring false"]);
  await user.click(screen.getByRole("button", { name: "autumn" }));
  expect(Object.fromEntries(search())).toEqual({ creator: "token:anna" });
});

test("a link to a list shows all that it was filtered by, also a tag that nothing has any more", async () => {
  show([{ tags: ["spring"] }], "/?q=pro&show=attention&type=plan&synced=yes&tag=gone&sort=-members&group=type");
  await screen.findByRole("group", { name: "Tag" });
  expect(chipsOf("Tag")).toEqual(["gone true", "spring false"]);
  expect(chipsOf("Types").filter((chip) => chip.endsWith("true"))).toEqual(["Plan true", "Synced true"]);
  expect(screen.getByLabelText<HTMLInputElement>("Search segments by name or description").value).toBe("pro");
  expect(screen.getByLabelText<HTMLInputElement>("Needs attention").checked).toBe(true);
  expect(screen.getByLabelText<HTMLSelectElement>("Sort by").value).toBe("-members");
  expect(screen.getByRole("button", { name: "Group by type" }).getAttribute("aria-pressed")).toBe("true");
});

test("many tags are a list to choose from", async () => {
  const { user, search } = show([{ tags: ["a", "b", "c", "d", "e", "f", "g"] }]);
  await user.selectOptions(await screen.findByLabelText("Tag"), "g");
  expect(search().get("tag")).toBe("g");
});

test("a view is saved, opened and deleted, and outlives the page", async () => {
  const { user, search } = show([{ tags: ["spring"] }], "/?show=active&type=plan&sort=-members");
  await user.click(await screen.findByRole("button", { name: "Saved views…" }));
  await user.type(await screen.findByLabelText("Save the list as it is"), " Plans {Enter}");
  await expect.poll(() => screen.queryByRole("dialog")).toBeNull();
  await user.click(screen.getByLabelText("All"));
  await user.click(screen.getByRole("button", { name: "spring" }));
  expect(Object.fromEntries(search())).toEqual({ type: "plan", sort: "-members", tag: "spring" });

  await user.click(screen.getByRole("button", { name: "Saved views…" }));
  const view = await screen.findByRole("button", { name: "Plans" });
  expect(view.getAttribute("aria-current")).toBeNull();
  await user.click(view);
  expect(Object.fromEntries(search()), "other choices are gone").toEqual({
    show: "active",
    type: "plan",
    sort: "-members",
  });
  expect(JSON.parse(localStorage.getItem("audience.views") ?? "")).toEqual([
    { name: "Plans", search: { show: "active", type: "plan", sort: "-members" } },
  ]);

  await user.click(screen.getByRole("button", { name: "Saved views…" }));
  expect((await screen.findByRole("button", { name: "Plans" })).getAttribute("aria-current")).toBe("true");
  await user.type(screen.getByLabelText("Save the list as it is"), "Plans");
  expect(screen.getByRole("button", { name: "Replace" })).toBeDefined();
  await user.click(screen.getByRole("button", { name: "Delete view Plans" }));
  expect(screen.queryByRole("button", { name: "Plans" })).toBeNull();
  expect(document.activeElement).toBe(screen.getByLabelText("Save the list as it is"));
  expect(localStorage.getItem("audience.views")).toBe("[]");
});
