import { expect, test } from "vitest";
import type { DriftedPerson, SuppressionOfUser } from "../api/client.ts";
import { holdsOf, remedyOf } from "./holds.ts";

const SINCE = "2026-11-29T12:00:00Z";

function person(userId: string, why: DriftedPerson["why"]): DriftedPerson {
  return { userId, email: `${userId}@example.org`, remoteContactId: null, since: null, why };
}

function suppression(userId: string, difference: Partial<SuppressionOfUser>): SuppressionOfUser {
  const email = `${userId}@example.org`;
  return {
    userId,
    email,
    reason: "unsubscribed",
    origin: "webhook",
    since: SINCE,
    mayBeCleared: "atTheMailService",
    ...difference,
  };
}

test.each<[Partial<SuppressionOfUser>, string]>([
  [{}, "Only the person can subscribe again"],
  [{ reason: "bounced" }, "Lift it at Resend"],
  [{ reason: "complained" }, "Lift it at Resend"],
  [{ reason: "manual" }, "Lift it at Resend"],
])("a suppression with %j cannot be lifted here: %s", (difference, advice) => {
  expect(remedyOf(suppression("ann", difference))).toEqual({ advice });
});

test.each<Partial<SuppressionOfUser>>([
  { reason: "deleted", mayBeCleared: "byAdmin" },
  { origin: "carried", mayBeCleared: "bySuperadmin" },
])("a suppression with %j can be lifted here", (difference) => {
  const liftable = suppression("ann", difference);
  expect(remedyOf(liftable)).toEqual({ lift: liftable });
});

test("each person has a row for each reason, with what to do", () => {
  const people = [person("ann", "suppressed"), person("bob", "no_address"), person("cat", "refused")];
  const deleted = suppression("ann", { reason: "deleted", mayBeCleared: "byAdmin" });
  const holds = holdsOf(people, new Map([["ann", [suppression("ann", {}), deleted]]]));
  expect(holds.map(({ person, reason, since, remedy }) => [person.userId, reason, since, remedy])).toEqual([
    ["ann", "Unsubscribed", SINCE, { advice: "Only the person can subscribe again" }],
    ["ann", "Deleted at Resend", SINCE, { lift: deleted }],
    ["bob", "No usable address", null, { advice: "Correct the address in the host application" }],
    [
      "cat",
      "Refused by Resend",
      null,
      { lift: { userId: "cat", email: "cat@example.org", reason: "refused", mayBeCleared: "byAdmin" } },
    ],
  ]);
});

test("suppressions that are not loaded yet are awaited, and those lifted since are named", () => {
  const people = [person("ann", "suppressed")];
  expect(holdsOf(people, new Map())[0]).toMatchObject({ reason: "Suppressed", remedy: null });
  expect(holdsOf(people, new Map([["ann", []]]))[0]).toMatchObject({ remedy: { advice: "No longer suppressed" } });
});
