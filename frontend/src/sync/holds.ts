// What holds mail back from people, and what can be done about it.
import type { Clearable, DriftedPerson, MayBeCleared, SuppressionOfUser } from "../api/client.ts";
import { HELD_REASONS, REASONS } from "./mail.ts";

/** What an admin may lift. */
export interface Liftable {
  userId: string;
  email: string;
  reason: Clearable;
  mayBeCleared: MayBeCleared;
}

/** Either the console can lift it, or the words say what else to do. */
export type Remedy = { lift: Liftable } | { advice: string };

export interface Hold {
  person: DriftedPerson;
  reason: string;
  since: string | null;
  remedy: Remedy;
}

export function remedyOf(suppression: Pick<SuppressionOfUser, keyof Liftable>): Remedy {
  if (suppression.mayBeCleared !== "atTheMailService") return { lift: suppression };
  const advice = suppression.reason === "unsubscribed" ? "Only the person can subscribe again" : "Lift it at Resend";
  return { advice };
}

/** One for each person and reason. */
export function holdsOf(people: DriftedPerson[]): Hold[] {
  return people.flatMap((person): Hold[] => {
    if (person.why !== "suppressed") return [{ person, since: person.since, ...unsuppressed(person) }];
    const { email, userId, suppressions } = person;
    return suppressions.map((suppression) => ({
      person,
      reason: REASONS[suppression.reason],
      since: suppression.since,
      remedy: remedyOf({ ...suppression, email, userId: userId ?? "" }),
    }));
  });
}

function unsuppressed({ userId, email, why }: DriftedPerson): Pick<Hold, "reason" | "remedy"> {
  if (why === "refused") {
    const lift: Liftable = { userId: userId ?? "", email, reason: "refused", mayBeCleared: "byAdmin" };
    return { reason: HELD_REASONS.refused, remedy: { lift } };
  }
  return { reason: HELD_REASONS.no_address, remedy: { advice: "Correct the address in your app" } };
}
