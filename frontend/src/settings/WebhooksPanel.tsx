import { useQuery } from "@tanstack/react-query";
import { formatNumber } from "../shared/format.ts";
import { webhooksQuery } from "../webhooks/queries.ts";
import { LinkPanel } from "./LinkPanel.tsx";

/** How many endpoints there are, and the way to them. */
export function WebhooksPanel() {
  const webhooks = useQuery(webhooksQuery).data?.webhooks;
  const title = (
    <>
      Webhooks <span className="quiet">{webhooks && formatNumber(webhooks.length)}</span>
    </>
  );
  return (
    <LinkPanel title={title} to="/webhooks" link="Manage webhooks">
      Tell other systems who joins and leaves segments.
    </LinkPanel>
  );
}
