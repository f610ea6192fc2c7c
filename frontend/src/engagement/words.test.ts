import { expect, test } from "vitest";
import type { MailCounts } from "../api/client.ts";
import { isNothing, mailFigures, mailText, rateText } from "./words.ts";

const NOTHING: MailCounts = {
  messages: 0,
  delivered: 0,
  opened: 0,
  opens: 0,
  clicked: 0,
  clicks: 0,
  bounced: 0,
  complained: 0,
  unsubscribed: 0,
};
const SOME: MailCounts = {
  messages: 1_420,
  delivered: 1_411,
  opened: 203,
  opens: 341,
  clicked: 57,
  clicks: 1,
  bounced: 9,
  complained: 1,
  unsubscribed: 1,
};

test.each([
  [1, 4, "25%"],
  [1, 3, "33.3%"],
  [0, 3, "0%"],
  // An event of delivery may be missing.
  [3, 2, "150%"],
  [0, 0, "—"],
  [1, 0, "—"],
])("%d of %d is %s", (part, of, rate) => {
  expect(rateText(part, of)).toBe(rate);
});

test.each<[string, MailCounts, [label: string, value: number, note: string][]]>([
  [
    "some",
    SOME,
    [
      ["Sent", 1_420, "emails"],
      ["Delivered", 1_411, "99.4% of sent"],
      ["Opened", 203, "14.4% of delivered, 341 times"],
      ["Clicked", 57, "4% of delivered, 1 time"],
      ["Bounced", 9, "0.6% of sent"],
      ["Reported as spam", 1, "0.1% of delivered"],
      ["Unsubscribed", 1, "person"],
    ],
  ],
  [
    "no",
    NOTHING,
    [
      ["Sent", 0, "emails"],
      ["Delivered", 0, "None sent"],
      ["Opened", 0, "None delivered"],
      ["Clicked", 0, "None delivered"],
      ["Bounced", 0, "None sent"],
      ["Reported as spam", 0, "None delivered"],
      ["Unsubscribed", 0, "people"],
    ],
  ],
])("%s mail has figures with rates", (_, counts, figures) => {
  expect(mailFigures(counts).map(({ label, value, note }) => [label, value, note])).toEqual(figures);
});

test("mail is said in a few words", () => {
  expect(mailText(SOME)).toBe("1,420 emails, 1,411 delivered, 203 opened, 57 clicked");
  expect(mailText({ ...NOTHING, messages: 1 })).toBe("1 email, 0 delivered, 0 opened, 0 clicked");
});

test("somebody may unsubscribe in a period without mail", () => {
  expect(isNothing(NOTHING)).toBe(true);
  expect(isNothing({ ...NOTHING, unsubscribed: 1 })).toBe(false);
});
