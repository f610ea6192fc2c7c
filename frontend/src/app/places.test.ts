import { expect, test } from "vitest";
import type { ListedSegment } from "../api/client.ts";
import { findPlaces, placesOf } from "./places.ts";
import { isWithin, SECTIONS } from "./sections.ts";

const SEGMENTS = ["Über-Nutzer", "Runaway Users", "Pro Users"].map((name) => ({ id: name, name }) as ListedSegment);
const namesOf = (text: string) => findPlaces(placesOf(SEGMENTS), text).map(({ name }) => name);

test.each([
  ["pages and segments that begin with it", "run", ["Runs", "Runaway Users"]],
  ["words in any order", "users pro", ["Pro Users"]],
  ["without regard to accents", "uber", ["Über-Nutzer"]],
  ["nothing", "zzz", []],
])("the palette finds %s", (_, text, names) => {
  expect(namesOf(text)).toEqual(names);
});

test("without a text, pages come first", () => {
  expect(namesOf("").slice(0, SECTIONS.length)).toEqual(SECTIONS.map(({ name }) => name));
});

test.each([
  ["/", "Segments"],
  ["/segments/plan/pro/members", "Segments"],
  ["/compare", "Segments"],
  ["/people/42", "People"],
  ["/runs/7", "Runs"],
  ["/webhooks", "Settings"],
  ["/nowhere", undefined],
])("%s belongs to %s", (address, name) => {
  expect(SECTIONS.find((section) => isWithin(section, address))?.name).toBe(name);
});
