import type { MailDay } from "../api/client.ts";

/** What is counted of mail, in the order of tables. */
export const COLUMNS: [label: string, count: keyof Omit<MailDay, "date">][] = [
  ["Sent", "messages"],
  ["Delivered", "delivered"],
  ["Opened", "opened"],
  ["Clicked", "clicked"],
  ["Bounced", "bounced"],
  ["Spam", "complained"],
  ["Unsubscribed", "unsubscribed"],
];
