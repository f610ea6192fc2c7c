// Members as a file: all of them, or those who match the search of the list.
import { screen } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import { readDetailSearch } from "../app/routes.ts";
import { download } from "../shared/download.ts";
import { toast } from "../shared/toasts.ts";
import { answering, showPage } from "../testing/page.tsx";
import { ANNA, BERT } from "../testing/people.ts";
import { ExportMembers } from "./ExportMembers.tsx";

vi.mock("../shared/toasts.ts", () => ({ toast: vi.fn(), toastError: vi.fn() }));
vi.mock("../shared/download.ts", () => ({ download: vi.fn() }));
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

const KEY = { segmentType: "plan", segmentValue: "pro" } as const;
const member = (user: object) => ({ ...user, addedAt: "2026-03-01T12:00:00Z" });

function show(searched: string, isEndless = false) {
  vi.useFakeTimers({ now: new Date("2026-03-31T12:00:00Z"), toFake: ["Date"] });
  const calls = answering(({ method, params }) => {
    if (method === "getAttributes") return { attributes: [{ key: "country", label: "Country" }] };
    if (method === "exportSegmentUsers") {
      const [csv, next] = params.cursor === "u2" ? ["ID\r\nc\r\n", {}] : ["ID\r\na\r\nb\r\n", { nextCursor: "u2" }];
      return { csv, filename: "pro-users.csv", rowCount: 2, totalCount: 3, truncated: false, ...next };
    }
    if (isEndless) return { users: Array.from({ length: 100 }, () => member(ANNA)), total: 7_000, nextCursor: "c" };
    return params.cursor === null
      ? { users: [member({ ...ANNA, firstName: "=1+1" })], total: 2, nextCursor: "c1" }
      : { users: [member(BERT)], total: 2 };
  });
  const Page = () => <ExportMembers segmentKey={KEY} name="PRO – café ☆" searched={searched} order="-addedAt" />;
  return { ...showPage(Page, "/", readDetailSearch, "/"), calls };
}

test("without a search, all who are wanted are exported, part by part, into one file", async () => {
  const { user, calls } = show("");
  await user.click(await screen.findByRole("button", { name: "Export members…" }));
  await user.click(await screen.findByLabelText("Mail may reach"));
  await user.click(screen.getByLabelText("Where each stands at Resend"));
  await user.click(await screen.findByLabelText("Country"));
  await user.click(screen.getByRole("button", { name: "Export" }));
  await vi.waitFor(() => expect(download).toHaveBeenLastCalledWith("ID\r\na\r\nb\r\nc\r\n", "pro-users.csv"));
  const asked = { ...KEY, mail: "reachable", mailStatus: true, attributes: ["country"] };
  const exports = calls.filter(({ method }) => method === "exportSegmentUsers");
  expect(exports.map(({ params }) => params)).toEqual([asked, { ...asked, cursor: "u2" }]);
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());

  await user.click(screen.getByRole("button", { name: "Export members…" }));
  expect((await screen.findByLabelText<HTMLInputElement>("Country")).checked, "as it was chosen last").toBe(true);
});

test("a search exports those it finds, of all pages, in the order of the list", async () => {
  const { user, calls } = show("example");
  await user.click(await screen.findByRole("button", { name: "Export found" }));
  const file = "pro-café-search-2026-03-31.csv";
  await vi.waitFor(() =>
    expect(toast).toHaveBeenLastCalledWith({ tone: "done", title: "2 rows exported", text: file }),
  );
  expect(download).toHaveBeenLastCalledWith(
    "User ID,Email,First Name,Last Name,Plan,Last Active,Created At,Added to Segment\r\n" +
      "42,anna@example.org,'=1+1,Smith,PRO,,2025-01-01T12:00:00Z,2026-03-01T12:00:00Z\r\n" +
      "7,bert@example.org,,,PRO,,2025-01-01T12:00:00Z,2026-03-01T12:00:00Z\r\n",
    file,
  );
  const asked = { ...KEY, searchQuery: "example", limit: 100, sort: "addedAt", direction: "desc" };
  expect(calls.map(({ params }) => params)).toEqual([
    { ...asked, cursor: null },
    { ...asked, cursor: "c1" },
  ]);
});

test("a search that finds too many exports the first 5,000, and says so", async () => {
  const { user, calls } = show("example", true);
  await user.click(await screen.findByRole("button", { name: "Export found" }));
  await vi.waitFor(() =>
    expect(toast).toHaveBeenLastCalledWith({
      tone: "notice",
      title: "Only 5,000 rows exported",
      text: "7,000 match. Search for fewer to export them all.",
      duration: 60_000,
    }),
  );
  expect(calls).toHaveLength(50);
});
