import { expect, test } from "vitest";
import { localeFor } from "./locale.ts";

test.each([
  ["en-US", "en-US"],
  ["en", "en-US"],
  ["en-GB", "en-GB"],
  ["de", "en-DE"],
  ["de-CH", "en-CH"],
  ["hi-IN", "en-IN"],
  ["no language at all", "en-US"],
])("a reader of %s sees dates and numbers as in %s", (language, locale) => {
  expect(localeFor(language)).toBe(locale);
});

test("regions write dates and numbers in their way, with English words", () => {
  const at = new Date("2026-10-26T10:02:00Z");
  const written = (language: string) => {
    const locale = localeFor(language);
    const style = { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" } as const;
    const date = new Intl.DateTimeFormat(locale, style).format(at).replace(/\s/g, " ");
    return [date, new Intl.NumberFormat(locale).format(1_234_567.5)];
  };
  expect(written("de-DE")).toEqual(["26 Oct 2026, 10:02", "1.234.567,5"]);
  expect(written("hi-IN")).toEqual(["26 Oct 2026, 10:02 am", "12,34,567.5"]);
});
