import { expect, test, vi } from "vitest";
import { type Pages, pageAt, placeOf } from "./pages.ts";

const person = vi.fn();
const PAGES: Pages = {
  "/": "screen",
  "/segments/$id/edit": person,
  "/segments/$type/$value": "screen",
  "/people/$id": person,
  "/sync": undefined,
};

test.each([
  ["/", "screen", []],
  ["/?q=pro&view=cards", "screen", []],
  ["/segments/plan/pro?days=7", "screen", ["plan", "pro"]],
  ["/segments/12/edit", person, ["12"]],
  ["/people/a%2Fb", person, ["a/b"]],
])("%s is a page", (address, page, params) => {
  expect(pageAt(PAGES, address)).toEqual({ page, params });
});

test.each(["/sync", "/compare?segments=a", "/segments/plan/pro/joined", "/people", "/segments"])(
  "%s is none",
  (address) => {
    expect(pageAt(PAGES, address)).toBeUndefined();
  },
);

test("what is not here is at the console's address, if it has one", () => {
  expect(placeOf(PAGES, undefined, "/people/$id")).toBe("here");
  expect(placeOf(PAGES, "https://audience.example.com", "/people/$id")).toBe("here");
  expect(placeOf(PAGES, "https://audience.example.com", "/sync")).toBe("elsewhere");
  expect(placeOf(PAGES, undefined, "/sync")).toBe("nowhere");
});
