import { expect, test, vi } from "vitest";
import { givenIn, type Pages, pageAt, placeOf } from "./pages.ts";

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

test("a path that has no page hides those that fit after it", () => {
  expect(pageAt({ ...PAGES, "/segments/$id/edit": undefined }, "/segments/12/edit")).toBeUndefined();
});

test("what is not here is at the console's address, if it has one", () => {
  expect(placeOf(givenIn(PAGES), undefined, "/people/$id")).toBe("here");
  expect(placeOf(givenIn(PAGES), "https://audience.example.com", "/people/$id")).toBe("here");
  expect(placeOf(givenIn(PAGES), "https://audience.example.com", "/sync")).toBe("elsewhere");
  expect(placeOf(givenIn(PAGES), undefined, "/sync")).toBe("nowhere");
});
