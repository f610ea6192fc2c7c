// Views in the storage of a browser, which somebody else may have written, or which may be forbidden.
import { afterEach, beforeEach, expect, test, vi } from "vitest";

beforeEach(() => vi.resetModules());
afterEach(() => {
  vi.restoreAllMocks();
  localStorage.clear();
});

const stored = (text: string) => localStorage.setItem("audience.views", text);

test.each([
  ["nothing", ""],
  ["no JSON", "{"],
  ["no list", '{"name": "a"}'],
  ["no views", '[null, 1, {"name": 1, "search": {}}, {"name": "a"}, {"name": "", "search": {}}]'],
])("%s is no view", async (_, text) => {
  stored(text);
  const { saveView } = await import("./savedViews.ts");
  expect(saveView("b", {})).toBe(true);
  expect(localStorage.getItem("audience.views")).toBe('[{"name":"b","search":{}}]');
});

test("of a view from elsewhere, only what the list knows is taken", async () => {
  stored('[{"name": "a", "search": {"show": "active", "sort": "nothing", "href": "javascript:1"}}]');
  const { saveView } = await import("./savedViews.ts");
  saveView("b", {});
  expect(localStorage.getItem("audience.views")).toBe(
    '[{"name":"a","search":{"show":"active"}},{"name":"b","search":{}}]',
  );
});

test("a storage that is full or forbidden is said", async () => {
  vi.spyOn(Storage.prototype, "setItem").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  const { saveView } = await import("./savedViews.ts");
  expect(saveView("a", {})).toBe(false);
});
