import { useQuery } from "@tanstack/react-query";
import { engagementOfUserQuery } from "./queries.ts";
import { ESTIMATE, mailText } from "./words.ts";

const DAYS = 90;

/** What became of mails to one person. Nothing if none was reported. */
export function PersonMail({ userId }: { userId: string }) {
  const { data } = useQuery(engagementOfUserQuery(userId, DAYS));
  if (data === undefined || data.totals.messages === 0) return null;
  return (
    <p>
      In the last {DAYS} days: {mailText(data.totals)}. {data.totals.opened > 0 && ESTIMATE}
    </p>
  );
}
