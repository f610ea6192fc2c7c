import { expect, test } from "vitest";
import type { MailOfMember } from "../api/client.ts";
import { mailText, placeText, sourceText } from "./mail.ts";

test.each<[MailOfMember, string, string | null]>([
  [{ state: "delivered" }, "Delivered", "In the segment at Resend."],
  [{ state: "pending" }, "Pending", "The next sync adds this user to the segment at Resend."],
  [{ state: "held", why: "suppressed" }, "Held: suppressed", null],
  [{ state: "held", why: "no_address" }, "Held: no usable address", null],
  [{ state: "held", why: "refused" }, "Held: refused by Resend", null],
  [{ state: "none" }, "Not synced", null],
])("a member with %j is shown as %s", (mail, text, place) => {
  expect(mailText(mail)).toBe(text);
  expect(placeText(mail)).toBe(place);
});

test("a suppression says how it became known", () => {
  expect(sourceText({ reason: "unsubscribed", origin: "carried", since: null })).toBe("Source: an earlier address.");
});
