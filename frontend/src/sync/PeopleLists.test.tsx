import { screen, within } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { DriftedPerson, GetSyncDriftParams, GetSyncDriftResult, SegmentSync } from "../api/client.ts";
import { showPage } from "../testing/page.tsx";
import { PeopleLists } from "./PeopleLists.tsx";

const SYNC = {
  held: { suppressed: 1, noAddress: 0, refused: 0 },
  drift: { missing: 21, extra: 1, asOf: "2026-11-29T12:00:00Z" },
  extras: "keep",
} as SegmentSync;

interface Asked {
  id: number;
  params: GetSyncDriftParams;
}

/** What the server was asked. */
let asked: Asked[];
/** What the server answers about drift. An error if it throws. */
let drift: (params: GetSyncDriftParams) => GetSyncDriftResult;

beforeEach(() => {
  asked = [];
  drift = () => ({ people: [] });
  vi.stubGlobal("fetch", async (_: string, { body }: { body: string }) => {
    return new Response(JSON.stringify(answer(JSON.parse(body))));
  });
});
afterEach(() => vi.unstubAllGlobals());

function answer(request: Asked) {
  asked.push(request);
  const { id, params } = request;
  try {
    return { id, result: drift(params) };
  } catch {
    return { id, error: { code: -32603, message: "broken" } };
  }
}

function person(userId: string, difference: Partial<DriftedPerson> = {}): DriftedPerson {
  const email = `${userId}@example.org`;
  const since = "2026-11-28T12:00:00Z";
  return { userId, email, remoteContactId: `c-${userId}`, since, why: null, suppressions: [], ...difference };
}

async function show(sync: SegmentSync = SYNC) {
  const Lists = () => <PeopleLists segmentKey={{ segmentType: "plan", segmentValue: "pro" }} sync={sync} />;
  const { user } = showPage(Lists, "/", () => ({}), "/");
  await screen.findByText("Extra");
  return user;
}

test("nothing is loaded before a list is opened", async () => {
  const user = await show();
  expect(screen.getByText("21")).toBeDefined();
  expect(asked).toEqual([]);
  await user.click(screen.getByText("Extra"));
  expect(await screen.findByText("No one is extra")).toBeDefined();
  expect(asked.map(({ params }) => params.kind)).toEqual(["extra"]);
});

test("held people come with the reasons, since when and what to do", async () => {
  const deleted = {
    reason: "deleted",
    origin: "webhook",
    since: "2026-11-01T12:00:00Z",
    mayBeCleared: "byAdmin",
  } as const;
  drift = () => ({
    people: [person("ann", { why: "suppressed", suppressions: [deleted] }), person("bob", { why: "refused" })],
  });
  const user = await show();
  await user.click(screen.getByText("Held back"));
  const table = await screen.findByRole("table", { name: "Held back people" });
  const [ann, bob] = within(table).getAllByRole("row").slice(1);
  expect(ann?.textContent).toContain("Deleted at Resend");
  expect(ann?.querySelector("time")?.dateTime).toBe(deleted.since);
  expect(within(table).getByRole("button", { name: "Lift for ann@example.org" })).toBeDefined();
  expect(bob?.querySelector("time")?.dateTime).toBe("2026-11-28T12:00:00Z");
  expect(within(table).getByRole("button", { name: "Try again with bob@example.org" })).toBeDefined();
  expect(within(table).getByRole("link", { name: "bob@example.org" }).getAttribute("href")).toBe("/people/bob");
  expect(asked).toHaveLength(1);
});

test("held people are filtered by reason", async () => {
  const user = await show();
  await user.click(screen.getByText("Held back"));
  await user.selectOptions(await screen.findByLabelText("Filter held people by reason"), "Suppressed (1)");
  expect(await screen.findByText("No one is held back for this reason")).toBeDefined();
  expect(asked.at(-1)?.params.reason).toBe("suppressed");
});

test("more people are listed on demand, and the focus goes to the list when all are there", async () => {
  drift = ({ cursor }) =>
    cursor === "next" ? { people: [person("zoe")] } : { people: [person("ann")], nextCursor: "next" };
  const user = await show();
  await user.click(screen.getByText("Missing"));
  await user.click(await screen.findByRole("button", { name: "Show more" }));
  expect(await screen.findByText("zoe@example.org")).toBeDefined();
  expect(screen.getByText("ann@example.org")).toBeDefined();
  expect(screen.queryByRole("button", { name: "Show more" })).toBeNull();
  expect(document.activeElement?.contains(screen.getByRole("table", { name: "Missing people" }))).toBe(true);
});

test("an error can be tried again", async () => {
  drift = () => {
    throw new Error("broken");
  };
  const user = await show();
  await user.click(screen.getByText("Missing"));
  expect(await screen.findByRole("alert")).toBeDefined();
  drift = () => ({ people: [person("ann", { userId: null })] });
  await user.click(screen.getByRole("button", { name: "Try again" }));
  expect(await screen.findByText("No user has this address")).toBeDefined();
  expect(screen.queryByRole("link")).toBeNull();
});

test("before a full check, nobody knows who is missing or extra", async () => {
  const user = await show({ ...SYNC, drift: { missing: 0, extra: 0, asOf: null } });
  expect(screen.getAllByText("—")).toHaveLength(2);
  await user.click(screen.getByText("Missing"));
  expect(await screen.findByText("No full check yet")).toBeDefined();
});
