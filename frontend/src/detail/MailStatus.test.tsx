import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { ExplainedMail } from "../api/client.ts";
import { MailStatus } from "./MailStatus.tsx";

const REACHABLE: ExplainedMail = { reachable: true, hasAddress: true, suppressions: [], refused: null };
const HELD: ExplainedMail = { ...REACHABLE, reachable: false };

function textOf(mail: ExplainedMail, place: string | null = null): string {
  render(<MailStatus mail={mail} place={place} />);
  return screen.getByRole("region", { name: "Mail" }).textContent;
}

test.each<[ExplainedMail, RegExp]>([
  [REACHABLE, /^Mail can reach this user\. $/],
  [{ ...HELD, hasAddress: false }, /^Mail is held back\. The address isn't usable\./],
  [{ ...HELD, refused: "validation_error" }, /Resend refused the address \(validation_error\)\.$/],
  [
    { ...HELD, suppressions: [{ reason: "unsubscribed", origin: "webhook", since: "2026-11-29T12:00:00Z" }] },
    /Unsubscribed since Nov 29, 2026, .+\. Source: webhook\.$/,
  ],
  [
    { ...HELD, suppressions: [{ reason: "bounced", origin: "carried", since: null }] },
    /Bounced\. Source: an earlier address\.$/,
  ],
])("mail with %j is explained", (mail, text) => {
  expect(textOf(mail)).toMatch(text);
});

test("where the user stands at Resend comes first", () => {
  expect(textOf(REACHABLE, "In the segment at Resend.")).toBe("Mail can reach this user. In the segment at Resend.");
});
