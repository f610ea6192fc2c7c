import { screen, within } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { RevenueAnswer, RevenueLine } from "../../api/client.ts";
import { readMoneySearch } from "../../app/routes.ts";
import { FIELDS } from "../../testing/fields.ts";
import { type Answer, answering, cellsOf, showPage } from "../../testing/page.tsx";
import { SEGMENTS } from "../../testing/segments.ts";
import { MoneyPage } from "./MoneyPage.tsx";
import { draftOf, paramsOf, searchOf } from "./question.ts";
import { SegmentMoney } from "./SegmentMoney.tsx";
import { partsOf, shareText } from "./words.ts";

afterEach(() => vi.unstubAllGlobals());

function line(gross: number, refunded: number, purchases: number, refunds: number, buyers: number): RevenueLine {
  return { gross, refunded, net: gross + refunded, purchases, refunds, buyers };
}

const NOTHING = line(0, 0, 0, 0, 0);
const ACTIVE = line(7_800, -5_000, 3, 1, 2);
const INACTIVE = line(4_000, 0, 2, 0, 2);
const TOTAL = line(11_800, -5_000, 5, 1, 3);

const ANSWER: RevenueAnswer = {
  model: "equal",
  basis: "member",
  within: null,
  sumsToTotal: true,
  currencies: [
    {
      currency: "EUR",
      segments: [
        { id: "lifecycle:active", ...ACTIVE, perMemberMinor: 933 },
        { id: "lifecycle:inactive", ...INACTIVE, perMemberMinor: null },
      ],
      unattributed: NOTHING,
      erased: NOTHING,
      total: TOTAL,
      periods: [
        {
          start: "2026-03-02T00:00:00Z",
          complete: true,
          segments: [{ id: "lifecycle:active", ...ACTIVE }],
          unattributed: NOTHING,
          erased: NOTHING,
          total: ACTIVE,
        },
        {
          start: "2026-03-16T00:00:00Z",
          complete: false,
          segments: [{ id: "lifecycle:inactive", ...INACTIVE }],
          unattributed: NOTHING,
          erased: NOTHING,
          total: INACTIVE,
        },
      ],
    },
    {
      currency: "JPY",
      segments: [],
      unattributed: line(1_200, 0, 1, 0, 1),
      erased: NOTHING,
      total: line(1_200, 0, 1, 0, 1),
    },
  ],
  from: "2026-03-01T00:00:00Z",
  to: "2026-03-22T00:00:00Z",
  asOf: "2026-03-24T00:00:00Z",
  zone: "UTC",
  historyFrom: "2026-03-01T00:00:00Z",
  notes: [],
};

const ADDRESS = "/analytics/money?from=2026-03-01&to=2026-03-22";

function show(address = ADDRESS, revenue: Answer = () => ANSWER) {
  const calls = answering((call) => {
    if (call.method === "getSegments") return { segments: SEGMENTS };
    if (call.method === "getFields") return FIELDS;
    return revenue(call);
  });
  const asked = () => calls.filter(({ method }) => method === "getSegmentRevenue").map(({ params }) => params);
  return { ...showPage(MoneyPage, "/analytics/money", readMoneySearch, address), calls, asked };
}

test("each currency has its total, what is unattributed, and what was refunded", async () => {
  const { asked } = show();
  const euro = await screen.findByLabelText("Revenue in EUR");
  await within(euro).findByText("68.00");
  expect(
    within(euro)
      .getAllByRole("definition")
      .map(({ textContent }) => textContent),
  ).toEqual(["68.00118.00 paid in 5 purchases", "0.00Of people in none of the segments", "-50.00In 1 refund"]);
  const yen = screen.getByLabelText("Revenue in JPY");
  expect(within(yen).getAllByText("1,200")).toHaveLength(2);
  expect(asked()).toEqual([{ family: "lifecycle", model: "equal", from: "2026-03-01", to: "2026-03-22", by: "week" }]);
});

test("the last row equals the total, and the rows add up to it", async () => {
  show();
  const table = await screen.findByLabelText("Revenue by segment, in EUR");
  await within(table).findByText("118.00");
  expect(cellsOf(table).slice(1)).toEqual([
    ["Active Users", "78.00", "-50.00", "28.00", "3", "1", "2", "9.33"],
    ["Inactive Users", "40.00", "0.00", "40.00", "2", "0", "2", "—"],
    ["Unattributed", "0.00", "0.00", "0.00", "0", "0", "0", "—"],
    ["Total", "118.00", "-50.00", "68.00", "5", "1", "3", ""],
  ]);
  const cents = (text = "") => Math.round(Number(text) * 100);
  const rows = cellsOf(table).slice(1);
  for (const column of [1, 2, 3, 4, 5]) {
    const sum = rows.slice(0, -1).reduce((sum, row) => sum + cents(row[column]), 0);
    expect(sum).toBe(cents(rows.at(-1)?.[column]));
  }
  expect(screen.getByText(/All rows add up to the total/)).toBeDefined();
});

test("periods have the same numbers as their bars, and one that has not ended is marked", async () => {
  show();
  const table = await screen.findByLabelText("Revenue by period, in EUR");
  await within(table).findByText("Mar 16, 2026");
  expect(cellsOf(table)).toEqual([
    [
      "Week of",
      "Active Users",
      "Inactive Users",
      "Unattributed or erased",
      "Paid in all",
      "Refunded",
      "Net",
      "Who paid",
    ],
    ["Mar 2, 2026", "78.00", "0.00", "0.00", "78.00", "-50.00", "28.00", ""],
    ["Mar 16, 2026 so far", "0.00", "40.00", "0.00", "40.00", "0.00", "40.00", ""],
  ]);
  const widths = [...table.querySelectorAll("rect")].map((bar) => [bar.dataset.look, bar.getAttribute("width")]);
  expect(widths[0]).toEqual(["solid", "100%"]);
  expect(widths[1]?.[0]).toBe("hatched");
});

test("another model is counted at once, and says that rows don't add up", async () => {
  const { user, search, asked } = show(ADDRESS, ({ params }) => ({
    ...ANSWER,
    model: params.model,
    sumsToTotal: params.model !== "full",
  }));
  await screen.findByText(/All rows add up/);
  await user.click(screen.getByRole("radio", { name: "In full" }));
  expect(await screen.findByText(/Rows don't add up to the total/)).toBeDefined();
  expect(search().get("model")).toBe("full");
  expect(asked().at(-1)).toMatchObject({ model: "full" });
  expect(screen.getAllByRole("rowheader", { name: "Total, not the sum" })).toHaveLength(2);
  const table = screen.getByLabelText("Revenue by period, in EUR");
  expect(table.querySelectorAll("rect")).toHaveLength(0);
});

test("chosen segments are needed, and what is wrong is said at its field", async () => {
  const { user, asked } = show("/analytics/money?family=segments");
  await user.click(await screen.findByRole("button", { name: "Count" }));
  expect(screen.getByText("Choose a segment.")).toBeDefined();
  expect(asked()).toEqual([]);
});

test("a range that is wrong is said at its field", async () => {
  show(ADDRESS, () => {
    throw { code: -32602, message: "", data: { faults: [{ path: "to", message: "is not after from" }] } };
  });
  expect(await screen.findByText("Is not after from.")).toBeDefined();
});

test("what erased people paid is a row of sums", async () => {
  const [euro] = ANSWER.currencies;
  show(ADDRESS, () => ({ ...ANSWER, currencies: [{ ...euro, erased: line(500, 0, 0, 0, 0) }] }));
  const table = await screen.findByLabelText("Revenue by segment, in EUR");
  await within(table).findByText("118.00");
  expect(cellsOf(table)[4]).toEqual(["Erased people", "5.00", "0.00", "5.00", "—", "—", "—", "—"]);
});

test("segments beyond those with a look of their own are one part", () => {
  const segments = Array.from({ length: 7 }, (_, place) => ({
    id: `custom:${place}`,
    ...line(place, 0, 1, 0, 1),
    perMemberMinor: null,
  }));
  const of = { currency: "EUR", segments, unattributed: NOTHING, erased: NOTHING, total: line(21, 0, 7, 0, 7) };
  const period = { ...of, start: "2026-03-02T00:00:00Z", complete: true };
  const parts = partsOf(of, []);
  expect(parts.map(({ name, grossOf }) => [name, grossOf(period)])).toEqual([
    ["custom:6", 6],
    ["custom:5", 5],
    ["custom:4", 4],
    ["custom:3", 3],
    ["Other segments", 3],
    ["Unattributed or erased", 0],
  ]);
  expect(new Set(parts.map(({ look }) => look)).size).toBe(parts.length);
});

test("the time before a purchase matters only for segments joined before", () => {
  const draft = draftOf({ basis: "entered", within: "5d" }, new Date(2026, 2, 22));
  expect(paramsOf(draft)).toMatchObject({ basis: "entered", within: "5d" });
  expect(paramsOf({ ...draft, basis: "member" })).not.toHaveProperty("within");
  expect(searchOf({ ...draft, basis: "member" })).not.toHaveProperty("within");
});

test("both tables are exported", async () => {
  vi.stubGlobal("URL", Object.assign(URL, { createObjectURL: () => "blob:csv", revokeObjectURL: () => undefined }));
  const { user, calls } = show();
  for (const table of ["segments", "periods"]) {
    await user.click(await screen.findByLabelText(`Export ${table} in all currencies`));
    await vi.waitFor(() =>
      expect(calls.at(-1)).toMatchObject({ method: "exportReport", params: { report: "getSegmentRevenue", table } }),
    );
  }
});

const OF_ONE = ANSWER.currencies.map((of) => ({ ...of, segments: of.segments.slice(0, 1) }));

test("on the page of a segment, one sentence says its share, and neither segments nor a model are asked for", async () => {
  const calls = answering(({ method }) => {
    if (method === "getSegments") return { segments: SEGMENTS };
    return method === "getFields" ? FIELDS : { ...ANSWER, currencies: OF_ONE };
  });
  const { user, search } = showPage(
    () => <SegmentMoney segment="lifecycle:active" />,
    "/segments",
    readMoneySearch,
    "/segments?from=2026-03-01&to=2026-03-22",
  );
  await screen.findByText("28.00 of 68.00 EUR (41.2%) came from members of “Active Users”.");
  expect(screen.queryByLabelText("Revenue of")).toBeNull();
  expect(screen.queryByRole("radiogroup", { name: "Model" })).toBeNull();
  await user.selectOptions(screen.getByLabelText("By"), "Month");
  await user.click(screen.getByText("Count"));
  await vi.waitFor(() =>
    expect(calls.filter(({ method }) => method === "getSegmentRevenue").at(-1)?.params).toMatchObject({
      segments: ["lifecycle:active"],
      by: "month",
    }),
  );
  expect([...search().keys()]).not.toContain("segments");
});

test("a share is said only of one segment, and without a percentage of refunds", () => {
  const amount = (minor: number) => String(minor);
  const [eur] = OF_ONE;
  if (eur === undefined) throw new Error("no currency");
  expect(shareText({ ...eur, total: line(1, -2, 1, 1, 1) }, amount, [])).toBe(
    "2800 of -1 EUR came from members of lifecycle:active.",
  );
  expect(ANSWER.currencies.map((of) => shareText(of, amount, []))).toEqual([undefined, undefined]);
});
