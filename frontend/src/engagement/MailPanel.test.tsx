import { MantineProvider } from "@mantine/core";
import { type QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { GetEngagementParams, GetEngagementResult, GetSyncStatusResult, MailCounts } from "../api/client.ts";
import { parseSearch, readDetailSearch, stringifySearch } from "../app/routes.ts";
import { download } from "../shared/download.ts";
import { testQueryClient } from "../testing/queryClient.ts";
import { MailPanel } from "./MailPanel.tsx";
import { PersonMail } from "./PersonMail.tsx";

vi.mock("../shared/download.ts", () => ({ download: vi.fn() }));

const NOTHING: MailCounts = {
  messages: 0,
  delivered: 0,
  opened: 0,
  opens: 0,
  clicked: 0,
  clicks: 0,
  bounced: 0,
  complained: 0,
  unsubscribed: 0,
};
const SOME: MailCounts = {
  ...NOTHING,
  messages: 4,
  delivered: 3,
  opened: 2,
  opens: 5,
  clicked: 1,
  clicks: 1,
  bounced: 1,
};

/** What the server was asked about mail. */
let asked: GetEngagementParams[];
/** What became of mails. An error if it throws. */
let engagement: (params: GetEngagementParams) => GetEngagementResult;
let status: Pick<GetSyncStatusResult, "configured" | "webhook">;

let client: QueryClient;

beforeEach(() => {
  client = testQueryClient();
  asked = [];
  engagement = () => resultOf(SOME);
  const webhook = { configured: true, state: null, lastEventAt: null, waiting: 0, failed: 0 };
  status = { configured: true, webhook };
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    return new Response(JSON.stringify(answer(JSON.parse(body))));
  });
});
afterEach(() => vi.unstubAllGlobals());

function answer({ id, method, params }: { id: number; method: string; params: GetEngagementParams }) {
  if (method === "adminAudience.getSyncStatus") return { id, result: status };
  asked.push(params);
  try {
    return { id, result: engagement(params) };
  } catch {
    return { id, error: { code: -32603, message: "broken" } };
  }
}

function resultOf(totals: MailCounts, lastEventAt: string | null = "2026-11-29T12:00:00Z"): GetEngagementResult {
  const days = [
    { date: "2026-11-28", ...totals },
    { date: "2026-11-29", ...NOTHING },
  ];
  return { days, totals, lastEventAt, zone: "UTC" };
}

/** The panel on a page of its own, below the route that it reads. */
function show(path = "/segments/plan/pro") {
  const root = createRootRoute();
  const manager = createRoute({ getParentRoute: () => root, id: "manager" });
  const detail = createRoute({
    getParentRoute: () => manager,
    path: "/segments/$type/$value",
    validateSearch: readDetailSearch,
    component: () => <MailPanel segmentKey={{ segmentType: "plan", segmentValue: "pro" }} />,
  });
  const router = createRouter({
    routeTree: root.addChildren([manager.addChildren([detail])]),
    history: createMemoryHistory({ initialEntries: [path] }),
    parseSearch,
    stringifySearch,
  });
  render(
    <Providers>
      <RouterProvider router={router as never} />
    </Providers>,
  );
  return { user: userEvent.setup(), address: () => router.state.location.href };
}

function Providers({ children }: { children: React.ReactNode }) {
  return (
    <QueryClientProvider client={client}>
      <MantineProvider>{children}</MantineProvider>
    </QueryClientProvider>
  );
}

test("figures have rates, and the table has the same numbers by day", async () => {
  show();
  expect(await screen.findByText("75% of sent")).toBeDefined();
  expect(screen.getByText("66.7% of delivered, 5 times")).toBeDefined();
  expect(screen.getByText(/^Opens are an estimate: email apps load images on their own\. Last event/)).toBeDefined();
  const table = within(screen.getByRole("region", { name: "Mail by day, in UTC" }));
  const rows = table.getAllByRole("row").map((row) => [...row.children].map(({ textContent }) => textContent));
  expect(rows).toEqual([
    ["Day", "Sent", "Delivered", "Opened", "Clicked", "Bounced", "Spam", "Unsubscribed"],
    ["Nov 29 so far", "0", "0", "0", "0", "0", "0", "0"],
    ["Nov 28", "4", "3", "2", "1", "1", "0", "0"],
  ]);
});

test("the numbers of the table can be exported, with the scope in the name of the file", async () => {
  const { user } = show("/segments/plan/pro?mail=addressed");
  await user.click(await screen.findByRole("button", { name: "Export mail by day" }));
  expect(download).toHaveBeenCalledWith(
    "Day,Complete,Sent,Delivered,Opened,Clicked,Bounced,Spam,Unsubscribed\r\n" +
      "2026-11-29,false,0,0,0,0,0,0,0\r\n2026-11-28,true,4,3,2,1,1,0,0\r\n",
    "plan-pro-broadcasts-by-day-2026-11-29.csv",
  );
});

test("without mail there is nothing to export", async () => {
  engagement = () => resultOf(NOTHING);
  show();
  await screen.findByText(/^No emails to members/);
  expect(screen.queryByRole("button", { name: /^Export/ })).toBeNull();
});

test("the days and the scope stand in the address, and the scope is named in words", async () => {
  const { user, address } = show();
  await user.click(await screen.findByText("90 days"));
  await user.selectOptions(screen.getByLabelText("Emails to count"), "Broadcasts to this segment");
  expect(await screen.findByText(/^Only broadcasts sent to this segment/)).toBeDefined();
  expect(address()).toBe("/segments/plan/pro?days=90&mail=addressed");
  const key = { segmentType: "plan", segmentValue: "pro" };
  expect(asked).toEqual([
    { ...key, days: 30, scope: "members" },
    { ...key, days: 90, scope: "members" },
    { ...key, days: 90, scope: "addressed" },
  ]);
});

test.each<[string, () => void, RegExp]>([
  ["without a key", () => Object.assign(status, { configured: false }), /Set RESEND_API_KEY on the server/],
  ["without a secret", () => Object.assign(status.webhook, { configured: false }), /set RESEND_WEBHOOK_SECRET/],
  [
    "before the first event",
    () => undefined,
    /Check that a webhook at Resend has the address http.*\/api\/webhooks\/resend/,
  ],
])("%s, the panel says what to do", async (_, change, words) => {
  engagement = () => resultOf(NOTHING, null);
  change();
  show();
  expect(await screen.findByText("No email activity yet.")).toBeDefined();
  expect(screen.getByText(words)).toBeDefined();
  expect(screen.queryByLabelText("Emails to count")).toBeNull();
});

test("a period without mail says so, and the scope can be changed there", async () => {
  const day = (_: unknown, place: number) => ({ date: `2026-11-${place + 10}`, ...NOTHING });
  engagement = ({ days = 0 }) => ({ ...resultOf(NOTHING), days: Array.from({ length: days ?? 0 }, day) });
  const { user } = show("/segments/plan/pro?days=7");
  expect(await screen.findByText(/^No emails to members in the last 7 days\./)).toBeDefined();
  await user.selectOptions(screen.getByLabelText("Emails to count"), "Broadcasts to this segment");
  expect(await screen.findByText(/^No broadcast to this segment in the last 7 days\./)).toBeDefined();
});

test("an error can be tried again", async () => {
  engagement = () => {
    throw new Error("broken");
  };
  const { user } = show();
  expect(await screen.findByRole("alert")).toBeDefined();
  engagement = () => resultOf(SOME);
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("75% of sent")).toBeDefined();
});

test("figures stay when they cannot be fetched again", async () => {
  show();
  await screen.findByText("75% of sent");
  engagement = () => {
    throw new Error("broken");
  };
  await client.refetchQueries();
  expect(asked).toHaveLength(2);
  expect(screen.getByText("75% of sent")).toBeDefined();
  expect(screen.queryByRole("alert")).toBeNull();
});

test("a person's mail is said in a sentence", async () => {
  render(<PersonMail userId="ann" />, { wrapper: Providers });
  expect((await screen.findByText(/^In the last 90 days/)).textContent).toBe(
    "In the last 90 days: 4 emails, 3 delivered, 2 opened, 1 clicked. Opens are an estimate: email apps load images on their own.",
  );
  expect(asked).toEqual([{ userId: "ann", days: 90 }]);
});
