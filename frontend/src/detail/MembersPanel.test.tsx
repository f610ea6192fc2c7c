// Who is in a segment, and who is kept in or out of it by hand.
import { screen } from "@testing-library/react";
import { afterEach, describe, expect, test, vi } from "vitest";
import { readDetailSearch } from "../app/routes.ts";
import { toast } from "../shared/toasts.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { ANNA } from "../testing/people.ts";
import { MembersPanel } from "./MembersPanel.tsx";

vi.mock("../shared/toasts.ts", () => ({ toast: vi.fn(), toastError: vi.fn() }));
vi.mock("../shared/download.ts", () => ({ download: vi.fn() }));
afterEach(() => vi.unstubAllGlobals());

const OVERRIDE = { actor: "token:carla", createdAt: "2026-03-01T12:00:00Z", expiresAt: null, reason: "Won a prize" };
const ADDED = { ...ANNA, addedAt: null, override: OVERRIDE };

function show(users: object[], isMember = false) {
  const calls = answering(({ method }) => {
    if (method === "exportSegmentOverrides")
      return { csv: "a", filename: "added.csv", rowCount: 2, totalCount: 2, truncated: false };
    if (method === "restoreUserToSegment") return { success: true, isMember };
    return { users, total: users.length, totalPages: 1, page: 1, limit: 20 };
  });
  const Page = () => (
    <MembersPanel segmentKey={{ segmentType: "plan", segmentValue: "pro" }} name="Pro Users" only="included" />
  );
  return { ...showPage(Page, "/", readDetailSearch, "/"), calls };
}

test("those added by hand are listed with who added them and why", async () => {
  const { calls } = show([ADDED]);
  const [, row = []] = cellsOf(await screen.findByRole("table", { name: "Users added by hand" }));
  expect(row.slice(0, 2)).toEqual(["Anna Smithanna@example.org", "PRO"]);
  expect(row.slice(3, 5)).toEqual(["carla", "Won a prize"]);
  expect(screen.getByRole("button", { name: "Why is Anna Smith a member?" })).toBeTruthy();
  expect(calls[0]?.params).toMatchObject({ show: "included", page: 1 });
});

test.each([
  [true, "They match the definition and stay a member."],
  [false, "They left, because they don't match the definition."],
])("removing the override says what became of them: a member by the definition %s", async (isMember, text) => {
  const { user, calls } = show([ADDED], isMember);
  await user.click(await screen.findByRole("button", { name: "Remove override of Anna Smith" }));
  const said = { tone: "done", title: "The definition decides about Anna Smith again", text };
  await vi.waitFor(() => expect(toast).toHaveBeenLastCalledWith(said));
  expect(calls.find(({ method }) => method === "restoreUserToSegment")?.params).toMatchObject({ userId: "42" });
});

test("those added by hand are exported, as searched for", async () => {
  const { user, calls } = show([ADDED]);
  await user.type(await screen.findByLabelText("Search by name, email or ID"), "smith");
  await vi.waitFor(() => expect(calls.at(-1)?.params).toMatchObject({ searchQuery: "smith" }));
  await user.click(screen.getByRole("button", { name: "Export added" }));
  const said = { tone: "done", title: "2 rows exported", text: "added.csv" };
  await vi.waitFor(() => expect(toast).toHaveBeenLastCalledWith(said));
  const asked = { segmentType: "plan", segmentValue: "pro", decision: "include", searchQuery: "smith" };
  expect(calls.find(({ method }) => method === "exportSegmentOverrides")?.params).toEqual(asked);
});

test("a header sorts the list, turned around and back again, and the address says how", async () => {
  const { user, calls, search } = show([ADDED]);
  const sorted = () => calls.at(-1)?.params;
  const header = (name: string) => screen.getByRole("columnheader", { name });
  await screen.findByRole("table", { name: "Users added by hand" });
  expect(sorted()).not.toHaveProperty("sort");
  expect(header("Plan").querySelector("button")).toBeNull();
  for (const [sort, direction, order] of [
    ["addedAt", "desc", "-addedAt"],
    ["addedAt", "asc", "addedAt"],
  ]) {
    await user.click(screen.getByRole("button", { name: "Since" }));
    await vi.waitFor(() => expect(sorted()).toMatchObject({ sort, direction, page: 1 }));
    expect(search().get("order")).toBe(order);
    expect(header("Since").getAttribute("aria-sort")).toBe(direction === "desc" ? "descending" : "ascending");
  }
  await user.click(screen.getByRole("button", { name: "Since" }));
  await vi.waitFor(() => expect(header("Since").hasAttribute("aria-sort")).toBe(false));
  expect(search().has("order")).toBe(false);
  await user.click(screen.getByRole("button", { name: "User" }));
  await vi.waitFor(() => expect(sorted()).toMatchObject({ sort: "name", direction: "asc" }));
});

test.each([
  [null, []],
  [{}, ["Mail"]],
])("where mail stands is said of the members of a synced segment only: %o", async (sync, last) => {
  answering(({ method }) => {
    if (method === "getSegment") return { sync };
    const member = { ...ANNA, addedAt: ANNA.createdAt, mail: { state: sync === null ? "none" : "delivered" } };
    return { users: [member], total: 1, totalPages: 1, page: 1, limit: 20 };
  });
  const Page = () => (
    <MembersPanel segmentKey={{ segmentType: "plan", segmentValue: "pro" }} name="Pro" only="members" />
  );
  showPage(Page, "/", readDetailSearch, "/");
  const [head = []] = cellsOf(await screen.findByRole("table", { name: "Members" }));
  expect(head.slice(4, -1)).toEqual(last);
  expect(screen.queryAllByText("Delivered")).toHaveLength(last.length);
});

describe("pages", () => {
  function showPages(address: string) {
    const calls = answering(({ params }) => {
      if (params.limit === undefined) return {};
      const users = [{ ...ADDED, id: `u${params.page}` }];
      return { users, total: 230, totalPages: Math.ceil(230 / params.limit), page: params.page, limit: params.limit };
    });
    const Page = () => (
      <MembersPanel segmentKey={{ segmentType: "plan", segmentValue: "pro" }} name="Pro Users" only="included" />
    );
    const asked = () => calls.findLast(({ method }) => method === "getSegmentUsers")?.params;
    return { ...showPage(Page, "/", readDetailSearch, address), asked };
  }
  const press = (name: string) => screen.getByRole("button", { name });

  test("the first and the last page are a click away, and each turn scrolls to the heading", async () => {
    const scroll = vi.spyOn(HTMLElement.prototype, "scrollIntoView");
    const { user, asked, search } = showPages("/?page=3");
    await screen.findByText("Page 3 of 12");
    await user.click(press("Last page"));
    await screen.findByText("Page 12 of 12");
    expect(asked()).toMatchObject({ page: 12, limit: 20 });
    expect(press("Last page")).toHaveProperty("disabled", true);
    expect(press("Next page")).toHaveProperty("disabled", true);
    await user.click(press("First page"));
    await screen.findByText("Page 1 of 12");
    expect(search().has("page")).toBe(false);
    await user.click(press("Next page"));
    await screen.findByText("Page 2 of 12");
    const heading = screen.getByRole("heading", { name: "Added by hand" });
    expect(scroll.mock.contexts).toEqual([heading, heading, heading]);
  });

  test("the size of pages is in the address, and the first user who was seen stays on the page", async () => {
    const { user, asked, search } = showPages("/?page=6");
    await screen.findByText("Page 6 of 12");
    await user.selectOptions(screen.getByLabelText("Users per page"), "50 per page");
    await screen.findByText("Page 3 of 5");
    expect(asked()).toMatchObject({ page: 3, limit: 50 });
    expect(search().get("size")).toBe("50");
    await user.selectOptions(screen.getByLabelText("Users per page"), "20 per page");
    await screen.findByText("Page 6 of 12");
    expect(search().has("size")).toBe(false);
  });

  test("a size that is no choice is left aside", () => {
    expect(readDetailSearch({ size: "100" })).toEqual({ size: 100 });
    expect(readDetailSearch({ size: "20" })).toEqual({});
    expect(readDetailSearch({ size: "1000" })).toEqual({});
  });
});

test("an empty list says how one comes to be in it, and lets somebody be added", async () => {
  show([]);
  await screen.findByText("No one was added by hand");
  screen.getByText("People you add appear here, with the reason, until the override ends or you remove it.");
  expect(screen.getByRole("button", { name: "Add person…" })).toBeTruthy();
});
