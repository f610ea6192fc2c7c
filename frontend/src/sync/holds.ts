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
  /** Null until it is known. */
  remedy: Remedy | null;
}

/** The suppressions of people who are held, by user id. A person is not in it until their suppressions have been loaded. */
export type SuppressionsByUser = ReadonlyMap<string, SuppressionOfUser[]>;

export function remedyOf(suppression: SuppressionOfUser): Remedy {
  if (suppression.mayBeCleared !== "atTheMailService") return { lift: suppression };
  const advice = suppression.reason === "unsubscribed" ? "Only the person can subscribe again" : "Lift it at Resend";
  return { advice };
}

/** One for each person and reason. */
export function holdsOf(people: DriftedPerson[], suppressions: SuppressionsByUser): Hold[] {
  return people.flatMap((person): Hold[] => {
    if (person.why !== "suppressed") return [{ person, since: null, ...unsuppressed(person) }];
    const found = suppressions.get(person.userId ?? "");
    const reason = HELD_REASONS.suppressed;
    if (found === undefined) return [{ person, reason, since: null, remedy: null }];
    // It was lifted after the list was loaded.
    if (found.length === 0) return [{ person, reason, since: null, remedy: { advice: "No longer suppressed" } }];
    return found.map((suppression) => ({
      person,
      reason: REASONS[suppression.reason],
      since: suppression.since,
      remedy: remedyOf(suppression),
    }));
  });
}

function unsuppressed({ userId, email, why }: DriftedPerson): Pick<Hold, "reason" | "remedy"> {
  if (why === "refused") {
    const lift: Liftable = { userId: userId ?? "", email, reason: "refused", mayBeCleared: "byAdmin" };
    return { reason: HELD_REASONS.refused, remedy: { lift } };
  }
  return { reason: HELD_REASONS.no_address, remedy: { advice: "Correct the address in the host application" } };
}
