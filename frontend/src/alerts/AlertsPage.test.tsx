// Alerts: what fires, the rules and their history, and what is sent when one is saved.
import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Alert, AlertEvent } from "../api/client.ts";
import { readAlertsSearch } from "../app/routes.ts";
import { answering, cellsOf, showPage } from "../testing/page.tsx";
import { SEGMENTS } from "../testing/segments.ts";
import { AlertsPage } from "./AlertsPage.tsx";
import { draftOf, missingOf, paramsOf } from "./draft.ts";
import { cooldownEnd, ruleText, seenText } from "./words.ts";

afterEach(() => vi.unstubAllGlobals());

const FIRING: Alert = {
  alertId: "al_1",
  segment: "lifecycle:active",
  kind: "changePercent",
  threshold: 20,
  against: "lastWeek",
  direction: "down",
  minSize: 100,
  cooldownHours: 24,
  state: "firing",
  since: "2026-03-10T12:00:00Z",
  firedAt: "2026-03-10T12:00:00Z",
  lookedAt: "2026-03-10T12:00:00Z",
  observed: 312,
  base: 402,
  createdAt: "2026-03-01T12:00:00Z",
  changedAt: "2026-03-01T12:00:00Z",
  changedBy: "token:anna",
};
const NEW: Alert = {
  ...FIRING,
  alertId: "al_2",
  segment: "plan:pro",
  kind: "enteredAbove",
  threshold: 50,
  against: null,
  direction: null,
  minSize: null,
  cooldownHours: 0,
  state: "quiet",
  firedAt: null,
  lookedAt: null,
  observed: null,
  base: null,
};
const EVENT: AlertEvent = {
  id: 7,
  alertId: "al_1",
  segment: "lifecycle:active",
  kind: "changePercent",
  state: "firing",
  at: "2026-03-10T12:00:00Z",
  observed: 312,
  base: 402,
  runId: 3,
};

function show(alerts: Alert[], saved: () => unknown = () => ({ alert: alerts[0] })) {
  const calls = answering(({ method }) => {
    if (method === "getSegments") return { segments: SEGMENTS };
    if (method === "getAlerts") return { alerts };
    if (method === "getAlertEvents") return { events: [EVENT, { ...EVENT, id: 6, state: "resolved", runId: null }] };
    return method === "saveAlert" ? saved() : { success: true };
  });
  const sent = (wanted: string) => calls.filter(({ method }) => method === wanted).map(({ params }) => params);
  return { ...showPage(AlertsPage, "/alerts", readAlertsSearch, "/alerts"), sent };
}

test.each<[string, Partial<Alert>]>([
  ["More than 1 member", { kind: "sizeAbove", threshold: 1 }],
  ["Fewer than 1,000 members", { kind: "sizeBelow", threshold: 1_000 }],
  ["Size down by 20% or more from a week before", {}],
  [
    "Size up or down by 5 members or more from the median of 4 weeks",
    { kind: "changeAbsolute", threshold: 5, direction: "both", against: "fourWeeks" },
  ],
  ["More than 50 joined in 24 hours", { kind: "enteredAbove", threshold: 50 }],
  ["More than 50 left in 24 hours", { kind: "leftAbove", threshold: 50 }],
  ["Not evaluated for 26 hours or more", { kind: "notEvaluated", threshold: 26 }],
])("a rule says %s", (text, changed) => {
  expect(ruleText({ ...FIRING, ...changed })).toBe(text);
});

test.each<[string, Pick<Alert, "kind" | "base"> & { observed: number }]>([
  ["312 members, 402 before (-22.4%)", { kind: "changePercent", observed: 312, base: 402 }],
  ["3 members, 0 before", { kind: "changeAbsolute", observed: 3, base: 0 }],
  ["1 member", { kind: "sizeBelow", observed: 1, base: null }],
  ["52 joined in 24 hours", { kind: "enteredAbove", observed: 52, base: null }],
  ["Not evaluated for 1 hour", { kind: "notEvaluated", observed: 1, base: null }],
])("what was seen is %s", (text, seen) => {
  expect(seenText(seen)).toBe(text);
});

test("a rule that fired stays quiet until its cooldown is over", () => {
  const over = { ...FIRING, state: "quiet" } as const;
  expect(cooldownEnd(over, Date.parse("2026-03-11T11:59:00Z"))).toBe("2026-03-11T12:00:00.000Z");
  expect(cooldownEnd(over, Date.parse("2026-03-11T12:00:00Z"))).toBeUndefined();
  expect(cooldownEnd(FIRING, Date.parse("2026-03-10T13:00:00Z"))).toBeUndefined();
});

test("only what matters for the kind is sent, and numbers are whole", () => {
  const draft = { ...draftOf(undefined), segment: "plan:pro" };
  expect(paramsOf(draft, undefined)).toEqual({
    segment: "plan:pro",
    kind: "changePercent",
    threshold: 20,
    against: "lastWeek",
    direction: "both",
    minSize: 100,
    cooldownHours: 24,
  });
  expect(paramsOf(draftOf(NEW), "al_2")).toEqual({
    alertId: "al_2",
    segment: "plan:pro",
    kind: "enteredAbove",
    threshold: 50,
    cooldownHours: 0,
  });
  expect(missingOf({ ...draft, threshold: "7.5", minSize: "", cooldownHours: "-1" })).toEqual({
    threshold: "Enter a whole number.",
    minSize: "Enter a whole number.",
    cooldownHours: "Enter a whole number.",
  });
  expect(missingOf({ ...draft, kind: "sizeAbove", minSize: "" }), "it has no smallest size").toEqual({});
});

test("what fires stands first; rules and history say what was seen", async () => {
  const { user, sent, search } = show([FIRING, NEW]);
  const firing = await screen.findByRole("list", { name: "Firing now" });
  await screen.findAllByText("Active Users");
  expect(within(firing).getByRole("listitem").textContent).toMatch(
    /^Active Users: Size down by 20% or more from a week before\. 312 members, 402 before \(-22\.4%\)\. Since /,
  );
  const rules = cellsOf(screen.getByRole("table", { name: "Rules" }));
  expect(rules[2]?.slice(0, 2)).toEqual(["Pro Users", "More than 50 joined in 24 hours"]);
  expect(rules[2]?.slice(3, 5)).toEqual(["—", "None"]);
  const history = cellsOf(await screen.findByRole("table", { name: "History" }));
  expect(history.slice(1).map(([, ...cells]) => cells)).toEqual([
    ["Active Users", "Fired", "312 members, 402 before (-22.4%)", "Run 3"],
    ["Active Users", "Over", "312 members, 402 before (-22.4%)", "—"],
  ]);
  await user.selectOptions(screen.getByLabelText("History of"), "“Pro Users”: More than 50 joined in 24 hours");
  await vi.waitFor(() => expect(sent("getAlertEvents").at(-1)).toMatchObject({ alertId: "al_2" }));
  expect(search().get("alert")).toBe("al_2");
});

test("an alert is edited and deleted", async () => {
  const { user, sent } = show([FIRING]);
  await user.click(await screen.findByRole("button", { name: /^Edit alert/ }));
  const dialog = await screen.findByRole("dialog", { name: "Edit alert" });
  await within(dialog).findByText(/It is firing now, and will be over/);
  await user.clear(within(dialog).getByLabelText("Percent"));
  await user.type(within(dialog).getByLabelText("Percent"), "30");
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await vi.waitFor(() => expect(sent("saveAlert")).toMatchObject([{ alertId: "al_1", threshold: 30 }]));
  await vi.waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  await user.click(screen.getByRole("button", { name: /^Delete alert/ }));
  await user.click(await screen.findByRole("button", { name: "Delete alert" }));
  await vi.waitFor(() => expect(sent("deleteAlert")).toEqual([{ alertId: "al_1" }]));
});

test("what the server refuses is said at its field", async () => {
  const { user } = show([], () => {
    throw { code: -32602, message: "", data: { faults: [{ path: "segment", message: "names no segment" }] } };
  });
  expect(await screen.findByText("No alerts yet")).toBeDefined();
  await user.click(screen.getByRole("button", { name: "New alert" }));
  const dialog = await screen.findByRole("dialog", { name: "New alert" });
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await within(dialog).findByText("Choose a segment.");
  await user.click(within(dialog).getByRole("combobox", { name: "Segment" }));
  await user.click(await within(dialog).findByText("Pro Users"));
  await user.click(within(dialog).getByRole("button", { name: "Save" }));
  await within(dialog).findByText("Names no segment.");
});
