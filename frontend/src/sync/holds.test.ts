import { expect, test } from "vitest";
import type { DriftedPerson, SuppressionOfUser } from "../api/client.ts";
import { holdsOf, remedyOf } from "./holds.ts";

const SINCE = "2026-11-29T12:00:00Z";
const BEFORE = "2026-11-28T12:00:00Z";

function person(userId: string, why: DriftedPerson["why"], difference: Partial<DriftedPerson> = {}): DriftedPerson {
  return {
    userId,
    email: `${userId}@example.org`,
    remoteContactId: null,
    since: null,
    why,
    suppressions: [],
    ...difference,
  };
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
  const unsubscribed = {
    reason: "unsubscribed",
    origin: "webhook",
    since: SINCE,
    mayBeCleared: "atTheMailService",
  } as const;
  const deleted = { reason: "deleted", origin: "webhook", since: BEFORE, mayBeCleared: "byAdmin" } as const;
  const holds = holdsOf([
    person("ann", "suppressed", { suppressions: [unsubscribed, deleted] }),
    person("bob", "no_address"),
    person("cat", "refused", { since: BEFORE }),
  ]);
  expect(holds.map(({ person, reason, since, remedy }) => [person.userId, reason, since, remedy])).toEqual([
    ["ann", "Unsubscribed", SINCE, { advice: "Only the person can subscribe again" }],
    ["ann", "Deleted at Resend", BEFORE, { lift: { userId: "ann", email: "ann@example.org", ...deleted } }],
    ["bob", "No usable address", null, { advice: "Correct the address in your app" }],
    [
      "cat",
      "Refused by Resend",
      BEFORE,
      { lift: { userId: "cat", email: "cat@example.org", reason: "refused", mayBeCleared: "byAdmin" } },
    ],
  ]);
});
